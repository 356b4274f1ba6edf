// What a program's cost table says against what the simulated NPU takes, over clocks, bandwidths and cached tokens.
#include <gtest/gtest.h>

#include <ostream>

#include "sim/compiler/compiler.h"
#include "sim/platform/workload.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

struct Point {
  const char* model;
  const char* soc;
  std::uint64_t clock_hz;
  std::uint64_t limit;  // bytes per second that the NoC lets the NPU have; 0: all that memory gives
  friend std::ostream& operator<<(std::ostream& to, const Point& p) {
    return to << p.model << ", " << p.soc << ", " << p.clock_hz << " Hz, " << p.limit << " B/s";
  }
};

struct Times {
  double simulated = 0, estimated = 0;  // seconds
};

// The NPU's time for one inference while it is alone, by the table at the clock and the bandwidth it is told.
Times times_of(const Point& point) {
  return measured<Times>([&] {
    const config::Scenario scenario = alone(point.model, point.soc, 2,
                                            {"npu.clock_hz=" + std::to_string(point.clock_hz),
                                             "noc.port.npu.limit_bytes_per_s=" + std::to_string(point.limit),
                                             "app_cpu.wake_ns=0", "control_cpu.cost=\"zero\""});
    const Workload workload(scenario.config, {}, false);
    const takt_cost_table& cost = workload.models().at(0)->programs.at(0).cost;
    const double clock = static_cast<double>(scenario.config.soc.npu.clock_hz);
    const std::uint64_t bandwidth = point.limit != 0 ? point.limit : expected_bytes_per_s(scenario.config.soc);
    const double ratio = static_cast<double>(bandwidth) * 1000 / clock;
    std::uint32_t r = 1;
    while (cost.bytes_per_kilocycle[r] < ratio) ++r;
    const double low = cost.bytes_per_kilocycle[r - 1], high = cost.bytes_per_kilocycle[r];
    const double share = (1 / ratio - 1 / high) / (1 / low - 1 / high);
    const std::uint64_t* const cycles = cost.cycles[cost.values - 1];
    Times times;
    times.estimated =
        (static_cast<double>(cycles[r]) * (1 - share) + static_cast<double>(cycles[r - 1]) * share) / clock;
    const RequestRecord request = run(scenario).streams[0].requests[1];
    times.simulated = static_cast<double>((request.finished - request.started).value) * 1e-12;
    return times;
  });
}

class Estimates : public testing::TestWithParam<Point> {};

constexpr const char* gen_2 = "snapdragon-8-gen-2-like";
constexpr const char* llw = "exynos-llw-like";
constexpr std::uint64_t mega = 1000000, giga = 1000 * mega;

INSTANTIATE_TEST_SUITE_P(
    Points, Estimates,
    testing::Values(Point{"mobilenet_v2", gen_2, 1200 * mega, 0}, Point{"mobilenet_v2", gen_2, 400 * mega, 0},
                    Point{"mobilenet_v2", gen_2, 1200 * mega, 10 * giga}, Point{"resnet50", gen_2, 1200 * mega, 0},
                    Point{"resnet50", gen_2, 800 * mega, 5 * giga}, Point{"resnet50", llw, 1200 * mega, 0},
                    Point{"resnet50", llw, 300 * mega, 0}, Point{"resnet50", llw, 1200 * mega, 20 * giga},
                    Point{"vit_b_16", gen_2, 1200 * mega, 0}, Point{"vit_b_16", llw, 600 * mega, 30 * giga},
                    Point{"edsr", gen_2, 1200 * mega, 0}));

// The table leaves out latencies, descriptors, command fetches and contention for the scratchpad.
TEST_P(Estimates, AreWithinFivePercentAtEveryClockAndBandwidth) {
  const Times times = times_of(GetParam());
  RecordProperty("percent", std::to_string(100 * times.estimated / times.simulated));
  EXPECT_GT(times.estimated, 0.95 * times.simulated);
  EXPECT_LT(times.estimated, 1.05 * times.simulated);
}

}  // namespace
}  // namespace takt::platform::test
