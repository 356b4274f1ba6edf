// Names and addresses as firmware/abi/registers.h, noc_registers.h, and the PLIC's and CLINT's ratified layouts have
// them.
#include "sim/observe/register_trace.h"

#include <gtest/gtest.h>

#include "sim/observe/register_names.h"
#include "tests/observe/program.h"
#include "tests/platform/models.h"
#include "tests/platform/takt_binary.h"

namespace takt::observe::test {
namespace {

TEST(RegisterNames, AreThoseOfTheAbi) {
  EXPECT_EQ(device_register_name(0x0200bff8), "CLINT.MTIME_LO");
  EXPECT_EQ(device_register_name(0x0c200004), "PLIC.CLAIM");
  EXPECT_EQ(device_register_name(0x10010020), "MAILBOX.BOOT_STATUS");
  EXPECT_EQ(device_register_name(0x10020004), "WATCHDOG.KICK");
  EXPECT_EQ(device_register_name(0x1003000c), "SYSTEM.TRACE");
  EXPECT_EQ(device_register_name(0x10000008), "NPU.IRQ_STATUS");
  EXPECT_EQ(device_register_name(0x10000100 + 0x40 * 3 + 0x28), "NPU.QUEUE3.CONTROL");
  EXPECT_EQ(device_register_name(0x10000300 + 8 * 7 + 4), "NPU.WINDOWS7.TABLE_HI");
  EXPECT_EQ(device_register_name(0x10040100 + 0x40 * 63), "NOC.PORT63.RATE_LO");
  EXPECT_EQ(device_register_name(0x10010022), "0x10010022");
  EXPECT_EQ(device_register_name(0x50000000), "0x50000000");
}

TEST(RegisterTrace, WritesALineForEachAccess) {
  const platform::test::Folder folder;
  const std::string path = (folder.path() / "trace").string();
  LogBudget budget(10000);
  BoundedFile file(path, "--trace-registers", budget);
  const SymbolTable symbols(program({nop, nop}, {{"f", 0, 4}}));
  RegisterTrace trace(symbols, file, units::picoseconds(3), units::picoseconds(2000001));
  trace.access({units::picoseconds(1234567), units::picoseconds(40001), true, true, 0x10020004, 1, origin});
  trace.access({units::picoseconds(2000000), units::nanoseconds(40), false, false, 0x50000000, 7, origin + 4});
  trace.access({units::picoseconds(2), units::nanoseconds(0), false, true, 0x10030000, 0x10004, std::nullopt});
  trace.access({units::picoseconds(2000001), units::nanoseconds(0), false, true, 0x10030000, 0x10004, std::nullopt});
  trace.access({units::picoseconds(3), units::nanoseconds(0), false, true, 0x10030000, 0x10004, std::nullopt});
  file.close();
  EXPECT_EQ(platform::test::read_file(path),
            "# us rw register value ns place\n"
            "1.234567 W WATCHDOG.KICK            00000001 40.001 f\n"
            "2.000000 R 0x50000000               -        40.000 0x80000004\n"
            "0.000003 R SYSTEM.VERSION           00010004 0.000 -\n");
}

}  // namespace
}  // namespace takt::observe::test
