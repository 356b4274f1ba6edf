// The monitor sees what the native build does: told of other boot information, it finds fault with a firmware that is
// right. tests/observe shows what it finds fault with, iss_test the same with an ELF.
#include "sim/platform/bus_watch.h"

#include <gtest/gtest.h>

#include "sim/platform/boot.h"
#include "tests/platform/board.h"
#include "tests/platform/scenarios.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

std::string first_fault(void (*change)(takt_boot_info&)) {
  const config::Scenario s = scenario(llw_alone.text);
  Board board(s, [](const std::string&, std::vector<std::uint8_t>&) {});
  takt_boot_info info = boot_info(s.config, board.workload());
  change(info);
  std::string first;
  watch_bus(*board.soc().control_cpu, info, [&](const std::string& what) {
    if (first.empty()) first = what;
  });
  board.run();
  return first;
}

TEST(BusWatch, FindsNoFaultWithTheFirmware) {
  EXPECT_EQ(first_fault([](takt_boot_info&) {}), "");
}

TEST(BusWatch, SeesSharedMemory) {
  const std::string first = first_fault([](takt_boot_info& info) { info.completion_ring += 8; });
  EXPECT_NE(first.find("read 4 bytes at 0x"), std::string::npos) << first;
}

TEST(BusWatch, SeesRegisters) {
  const std::string first = first_fault([](takt_boot_info& info) { info.hardware_queues = 0; });
  EXPECT_NE(first.find("NPU."), std::string::npos) << first;
  EXPECT_NE(first.find("there are 0 hardware queues"), std::string::npos) << first;
}

}  // namespace
}  // namespace takt::platform::test
