// Bandwidth regulators of the NoC in a whole run: what a limited port moves is bounded by rate and burst.
#include <gtest/gtest.h>

#include "tests/platform/scenarios.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

// A GPU asks for 8 GB/s beside one network.
const std::string with_gpu = beside_a_gpu(8000000000, 65536);

std::uint64_t port_bytes(const TrafficRecord& port) { return port.bytes_read + port.bytes_written; }

TEST(BandwidthLimit, OfTheConfigurationHoldsFromTheStart) {
  const RunRecord record =
      run(scenario(with_gpu, {"noc.port.gpu.limit_bytes_per_s=2000000000", "noc.port.gpu.burst_bytes=8192"}));
  const TrafficRecord& gpu = initiator(record, "gpu");
  EXPECT_EQ(record.window.length().value, units::microseconds(2000).value);
  // The queue in front of the port is never empty: all of 2 GB/s x 2 ms, within a burst.
  EXPECT_NEAR(static_cast<double>(port_bytes(gpu)), 4000000, 8192);
  EXPECT_GT(gpu.throttled.value, 0u);
  EXPECT_LT(gpu.throttled.value, record.window.length().value);
  EXPECT_EQ(initiator(record, "npu_dma_in").throttled.value, 0u);
}

// Through the control ring, the firmware and the NoC's registers, in the middle of the window: 1 ms of 2 without limit.
TEST(BandwidthLimit, SetByTheFirmwareHoldsFromThenOn) {
  const auto gpu_bytes = [](const config::Overrides& limit) {
    return measured<std::uint64_t>([&] { return port_bytes(initiator(run(scenario(with_gpu, limit)), "gpu")); });
  };
  const std::uint64_t free = gpu_bytes({});
  const std::uint64_t limited =
      gpu_bytes({"noc.port.gpu.limit_bytes_per_s=2000000000", "noc.port.gpu.limit_from_us=1500"});
  // 64 accesses of 1024 bytes may have been waiting when the limit came; a control request takes less than 50 us.
  const double without = static_cast<double>(free) / 2, with = 2000000;
  EXPECT_NEAR(static_cast<double>(limited), without + with, 50e-6 * 8e9);
}

TEST(BandwidthLimit, OffByDefaultNobodyIsThrottled) {
  const RunRecord record = run(scenario(with_gpu));
  for (const TrafficRecord& port : record.memory.initiators) EXPECT_EQ(port.throttled.value, 0u) << port.initiator;
  EXPECT_GT(port_bytes(initiator(record, "gpu")), 3u * 4000000);
}

}  // namespace
}  // namespace takt::platform::test
