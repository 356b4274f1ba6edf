// Files that are not there and options that do not fit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/traces/read_trace.h"

namespace takt::traces {
namespace {

using testing::StartsWith;

std::string open_error(const std::filesystem::path& file) {
  try {
    open_memory_trace(file, nanosecond_cycles());
  } catch (const MemoryTraceError& error) {
    return error.what();
  }
  return "";
}

TEST(Options, AFileIsReadByItsPath) {
  const TemporaryFolder folder;
  put_bytes(folder.path() / "t.rstl", "3: read 0x40\n");
  const auto reader = open_memory_trace(folder.path() / "t.rstl", nanosecond_cycles());
  EXPECT_EQ(reader->format().name, "rstl");
  EXPECT_EQ(all_of(*reader).size(), 1u);
}

TEST(Options, AnAbsentFileAndAFolderAreErrorsWithTheirPath) {
  const TemporaryFolder folder;
  EXPECT_EQ(
      open_error("no-such-folder/t.stl"),
      "no-such-folder/t.stl: found a file that cannot be opened: No such file or directory, expected a memory trace");
  EXPECT_EQ(open_error(folder.path()), folder.path().string() + ": found a folder, expected a memory trace");
}

TEST(Options, AnUnknownFormatNameListsTheNames) {
  EXPECT_EQ(error_of("", nanosecond_cycles("st")),
            "t: found the format name \"st\", expected takt, stl, rstl, dramsim3, ramulator2-loadstore, "
            "ramulator2-readwrite or ramulator2-simpleo3");
}

TEST(Options, CyclesNeedTheirClock) {
  MemoryTraceOptions options;
  EXPECT_EQ(error_of("1: read 0x0\n", options),
            "t: found no clock, expected 1 .. 10^12 Hz: the times of stl are cycles of the initiator");
  options.clock_hz = 1000000000001;
  EXPECT_THAT(error_of("1: read 0x0\n", options),
              StartsWith("t: found a clock of 1000000000001 Hz, expected 1 .. 10^12 Hz"));
  options.clock_hz = 0;
  EXPECT_EQ(error_of("LD 0x0\n", options), "") << "no times, no clock";
}

TEST(Options, TheMemorysClockServesTheMemorysCyclesOnly) {
  MemoryTraceOptions options;
  options.memory_clock_hz = 800000000;  // 1.25 ns
  EXPECT_EQ(read_text("0x0 READ 2\n", options)[0].time, units::picoseconds(2500));
  EXPECT_THAT(error_of("1: read 0x0\n", options), StartsWith("t: found no clock"));
  options.clock_hz = 500000000;
  EXPECT_EQ(read_text("0x0 READ 2\n", options)[0].time, units::picoseconds(4000)) << "the user's word counts";
}

TEST(Options, AccessesHaveALength) {
  MemoryTraceOptions options;
  options.access_bytes = 0;
  EXPECT_EQ(error_of("LD 0x0\n", options), "t: found accesses of 0 bytes, expected at least 1");
  options.access_bytes = 32;
  EXPECT_EQ(read_text("LD 0x0\n", options)[0].bytes, 32u);
}

}  // namespace
}  // namespace takt::traces
