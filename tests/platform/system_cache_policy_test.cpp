// Policies of the system cache in a whole run: who may take a place, and where.
#include <gtest/gtest.h>

#include "tests/platform/scenarios.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

// A GPU goes through 1 MiB at 4 GB/s, again and again, beside one network: 8 MB in the window.
const std::string with_gpu = beside_a_gpu(4000000000, 1024);
constexpr double window_bytes = 8e6;
constexpr double under_way = 2 * 64 * 1024;  // at both ends of the window

TEST(SystemCachePolicy, APortWithoutPolicyLeavesNothingBehind) {
  const RunRecord record = run(scenario(with_gpu));
  const TrafficRecord& gpu = initiator(record, "gpu");
  EXPECT_EQ(gpu.hit_bytes + gpu.miss_bytes + gpu.fill_bytes, 0u);
  EXPECT_NEAR(static_cast<double>(gpu.bypass_bytes), window_bytes, under_way);
}

// Four ways of 512 KiB hold 1 MiB: whatever the NPU does, each byte comes from memory at most once and never goes back.
TEST(SystemCachePolicy, AWorkingSetThatFitsItsOwnWaysStays) {
  const RunRecord record =
      run(scenario(with_gpu, {"system_cache.port.gpu.allocate=read-write", "system_cache.port.gpu.first_way=12",
                              "system_cache.port.app_cpu.ways=4", "system_cache.port.control_cpu.ways=4"}));
  const TrafficRecord& gpu = initiator(record, "gpu");
  EXPECT_NEAR(static_cast<double>(gpu.hit_bytes + gpu.miss_bytes), window_bytes, under_way);
  EXPECT_LE(gpu.miss_bytes, 1024u * 1024);
  EXPECT_LE(gpu.fill_bytes, gpu.miss_bytes);
  EXPECT_EQ(gpu.write_back_bytes, 0u);
  EXPECT_EQ(gpu.bypass_bytes, 0u);
  EXPECT_GT(initiator(record, "npu_dma_in").hit_bytes, 0u);
}

}  // namespace
}  // namespace takt::platform::test
