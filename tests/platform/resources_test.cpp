// With the program fixed, more of a resource never makes a lone stream slower by more than 2 % (the fabric's and the
// memory's grants may fall differently). None of these resources is one that the compiler looks at.
#include <gtest/gtest.h>

#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

struct Resource {
  const char* name;
  config::Overrides more;
  friend std::ostream& operator<<(std::ostream& to, const Resource& resource) { return to << resource.name; }
};

struct Setup {
  const char* name;
  const char* model;
  const char* memory;
  friend std::ostream& operator<<(std::ostream& to, const Setup& setup) { return to << setup.name; }
};

using Parameter = std::tuple<Setup, Resource>;

class Resources : public testing::TestWithParam<Parameter> {};

// Two inferences, each from its dispatch to its answer, without the sleep of the application's core.
std::uint64_t picoseconds(const Setup& setup, const config::Overrides& more) {
  config::Overrides overrides = {std::string("npu.memory=") + setup.memory, "app_cpu.wake_ns=0"};
  overrides.insert(overrides.end(), more.begin(), more.end());
  return measured<std::uint64_t>([&] {
    const RunRecord record = run(alone(setup.model, "exynos-llw-like", 2, overrides));
    units::Time sum;
    for (const RequestRecord& request : record.streams[0].requests) sum += request.finished - request.started;
    return sum.value;
  });
}

TEST_P(Resources, MoreIsNotSlower) {
  const auto& [setup, resource] = GetParam();
  const std::uint64_t before = picoseconds(setup, {});
  const std::uint64_t after = picoseconds(setup, resource.more);
  EXPECT_LE(after * 100, before * 102);
  RecordProperty("speed_up_permille", static_cast<int>(before * 1000 / after));
}

const Resource resources[] = {
    {"NpuClock", {"npu.clock_hz=1794000000"}},
    {"ScratchpadBandwidth", {"npu.scratchpad_bytes_per_cycle=2048"}},
    {"CommandsInFlight", {"npu.dma.commands_in_flight=16"}},
    {"DmaSetup", {"npu.dma.setup_cycles=16"}},
    {"DmaPort", {"npu.dma.bytes_per_cycle=256"}},
    {"CommandFetch", {"npu.fetch_commands=32"}},
    {"NocClock", {"noc.clock_hz=1599000000"}},
    {"NocWidth", {"noc.port.npu.bytes_per_cycle=256"}},
    {"NocCredits", {"noc.port.npu.credit_bytes=28416"}},
    {"NocLatency", {"noc.request_cycles=8", "noc.response_cycles=6"}},
    {"MemoryPorts", {"memory.llw.port_bytes_per_cycle=256", "memory.lpddr5x.port_bytes_per_cycle=128"}},
    {"DataRate",
     {"memory.llw.data_rate_mbps=4000", "memory.llw.ccd_s_cycles=2", "memory.llw.ccd_l_cycles=2",
      "memory.lpddr5x.data_rate_mbps=17066", "memory.lpddr5x.ccd_s_cycles=1", "memory.lpddr5x.ccd_l_cycles=2"}},
    {"RowTimings",
     {"memory.llw.rcd_ns=6", "memory.llw.rp_ns=6", "memory.llw.ras_ns=12", "memory.lpddr5x.rcd_ns=9",
      "memory.lpddr5x.rp_ns=9", "memory.lpddr5x.ras_ns=21"}},
    {"ColumnLatency",
     {"memory.llw.rl_ns=5", "memory.llw.wl_ns=3", "memory.lpddr5x.rl_ns=11", "memory.lpddr5x.wl_ns=6"}},
    {"Activates", {"memory.llw.rrd_ns=2", "memory.llw.faw_ns=8", "memory.lpddr5x.rrd_ns=2", "memory.lpddr5x.faw_ns=8"}},
    {"Refresh",
     {"memory.llw.rfc_pb_ns=30", "memory.llw.rfc_ab_ns=65", "memory.lpddr5x.rfc_ab_ns=140",
      "memory.lpddr5x.rfc_pb_ns=70"}},
    {"Channels", {"memory.llw.channels=16", "memory.lpddr5x.channels=8"}},
    {"ControllerLatency", {"memory.llw.controller_ns=2", "memory.lpddr5x.controller_ns=6"}},
    {"CacheBandwidth", {"system_cache.bytes_per_cycle=128"}},
    {"CacheLatency", {"system_cache.hit_cycles=8"}},
    {"CacheCapacity", {"system_cache.capacity_kib=16384"}},
    {"ControlCpuClock", {"control_cpu.clock_hz=1200000000"}},
    {"RegisterBus", {"control_cpu.register_cycles=6"}},
    {"AppCpuClock", {"app_cpu.clock_hz=6420000000"}},
    {"IdealMemory", {"ideal.memory=true"}},
    {"IdealNoc", {"ideal.noc=true"}},
    {"IdealScratchpad", {"ideal.scratchpad=true"}},
    {"IdealTensorEngine", {"ideal.tensor=true"}},
    {"IdealVectorEngine", {"ideal.vector=true"}},
    {"IdealFirmware", {"ideal.firmware=true"}},
};

INSTANTIATE_TEST_SUITE_P(Of, Resources,
                         testing::Combine(testing::Values(Setup{"mobilenet_v2_on_llw", "mobilenet_v2", "llw"},
                                                          Setup{"resnet18_on_lpddr5x", "resnet18", "lpddr5x"}),
                                          testing::ValuesIn(resources)),
                         [](const auto& each) {
                           return std::string(std::get<1>(each.param).name) + "_" + std::get<0>(each.param).name;
                         });

}  // namespace
}  // namespace takt::platform::test
