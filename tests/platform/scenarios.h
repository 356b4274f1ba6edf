// The scenarios that several tests run.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

namespace takt::platform::test {

struct Case {
  const char* name;
  const char* text;
  friend std::ostream& operator<<(std::ostream& to, const Case& scenario) { return to << scenario.name; }
};

// One network, its buffers in LLW DRAM, which no cache stands before.
constexpr Case llw_alone = {"llw_alone", R"(
soc = "exynos-llw-like"
[firmware]
policy = "fcfs"
[[stream]]
name = "only"
model = "mobilenet_v2"
arrival = "closed_loop"
concurrency = 1
requests = 3
)"};

// Everything in LPDDR5X behind the system cache.
constexpr Case behind_the_cache = {"behind_the_cache", R"(
soc = "snapdragon-8-gen-2-like"
[firmware]
policy = "fcfs"
[[stream]]
name = "only"
model = "mobilenet_v2"
arrival = "closed_loop"
concurrency = 2
requests = 4
)"};

// Behind the cache with a display, a camera and a GPU beside it.
constexpr Case mixed = {"mixed", R"(
soc = "exynos-llw-like"
seed = 5
[npu]
memory = "lpddr5x"
[firmware]
policy = "round-robin"
[[stream]]
name = "first"
model = "squeezenet1_1"
arrival = "closed_loop"
concurrency = 1
requests = 4
[[stream]]
name = "second"
model = "mobilenet_v2"
arrival = "poisson"
rate_per_s = 2000
requests = 3
[[traffic]]
name = "display"
port = "display"
kind = "display"
memory = "lpddr5x"
qos = 4
[[traffic]]
name = "pictures"
port = "camera"
kind = "camera"
memory = "lpddr5x"
qos = 4
[[traffic]]
name = "game"
port = "gpu"
kind = "gpu"
memory = "lpddr5x"
)"};

// A heavy network that a light one with priority preempts at cuts.
constexpr Case preempted = {"preempted", R"(
soc = "exynos-llw-like"
[firmware]
policy = "fixed-priority"
[[stream]]
name = "light"
model = "squeezenet1_1"
arrival = "periodic"
period_us = 700
start_us = 300
requests = 4
band = "realtime"
[[stream]]
name = "heavy"
model = "resnet50"
arrival = "closed_loop"
concurrency = 2
requests = 3
)"};

// A network on the first kind of cores, and two that take turns on a small one.
constexpr Case both_kinds = {"both_kinds", R"(
soc = "kirin-like"
[firmware]
policy = "fixed-priority"
[[stream]]
name = "large"
model = "squeezenet1_1"
arrival = "closed_loop"
concurrency = 1
requests = 3
[[stream]]
name = "face"
model = "mobilenet_v3_small"
arrival = "periodic"
period_us = 900
start_us = 500
requests = 2
band = "realtime"
partition = 1
[[stream]]
name = "scene"
model = "shufflenet_v2_x0_5"
arrival = "closed_loop"
concurrency = 1
requests = 2
partition = 1
)"};

// Ends with an operator that the NPU lacks.
constexpr Case with_fallback = {"with_fallback", R"(
soc = "snapdragon-8-gen-2-like"
[firmware]
policy = "fcfs"
[[stream]]
name = "only"
model = "deeplabv3_plus_mobilenet_v2"
arrival = "closed_loop"
concurrency = 1
requests = 1
)"};

// One network in LPDDR5X, 2 ms measured, and a GPU that goes through its working set at a constant rate, in order.
inline std::string beside_a_gpu(std::uint64_t bytes_per_s, std::uint64_t working_set_kib) {
  return R"(
soc = "exynos-llw-like"
npu.memory = "lpddr5x"
[firmware]
policy = "fcfs"
[run]
warm_up_us = 500
measure_us = 2000
[[stream]]
name = "only"
model = "squeezenet1_1"
arrival = "closed_loop"
concurrency = 1
[[traffic]]
name = "game"
port = "gpu"
kind = "constant"
memory = "lpddr5x"
)" + std::string("bytes_per_s = ") +
         std::to_string(bytes_per_s) +
         "\nbytes_per_access = 1024\nworking_set_kib = " + std::to_string(working_set_kib) + "\n";
}

}  // namespace takt::platform::test
