// takt elf from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/cpu/rv32/assemble.h"
#include "tests/cpu/rv32/stream.h"
#include "tests/platform/models.h"
#include "tests/platform/takt_binary.h"

namespace takt::rv32::test {
namespace {

using platform::test::Folder;
using platform::test::Outcome;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class ElfCommand : public testing::Test {
 protected:
  Outcome elf(std::initializer_list<std::uint32_t> code, const std::vector<std::string>& more = {}) const {
    std::string bytes;
    for (const std::uint32_t word : code) bytes.append(reinterpret_cast<const char*>(&word), 4);
    platform::test::write_file(folder_ / "a.elf", elf_of(0x80000000, bytes));
    std::vector<std::string> arguments = {"elf", "a.elf"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return platform::test::takt(arguments, folder_.path());
  }
  // SYS_EXIT_EXTENDED with code 7.
  static constexpr std::initializer_list<std::uint32_t> exits_with_7 = {
      lui(11, 0x80000000), addi(11, 11, 0x20), addi(10, 0, 0x20), nop, 0x01f01013, ebreak, 0x40705013, nop, 0x20026, 7};

  const Folder folder_;
};

TEST_F(ElfCommand, ReturnsTheProgramsExitCode) {
  const Outcome outcome = elf(exits_with_7, {"--counts"});
  EXPECT_EQ(outcome.code, 7);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, "takt: 6 instructions, 6 cycles\n");
}

TEST_F(ElfCommand, PrintsTheOutcomeAsJson) {
  const Outcome outcome = elf(exits_with_7, {"--json"});
  const nlohmann::json document = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(document["schema"], "takt-elf/1");
  EXPECT_EQ(document["exit_code"], 7);
  EXPECT_EQ(document["instructions"], 6);
}

TEST_F(ElfCommand, EndsWith4WhereTheProgramCannotEnd) {
  const Outcome limit = elf({spin}, {"--max-instructions", "1000"});
  EXPECT_EQ(limit.code, 4);
  EXPECT_THAT(limit.err,
              EndsWith("takt: a.elf: 1000 instructions without an end, at pc 0x80000000 (--max-instructions)\n"));
  const Outcome lockup = elf({0});
  EXPECT_EQ(lockup.code, 4);
  EXPECT_THAT(lockup.err, HasSubstr("its trap handler at 0x00000000 traps: cause 1"));
  const Outcome asleep = elf({wfi});
  EXPECT_EQ(asleep.code, 4);
  EXPECT_THAT(asleep.err, HasSubstr("it waits for an interrupt that cannot come, at pc 0x80000004"));
}

// 1000 jumps of 2 cycles, a nanosecond each.
TEST_F(ElfCommand, SaysWhereTheProgramStandsWhereItCannotEnd) {
  const Outcome outcome = elf({spin}, {"--max-instructions", "1000", "--transfers", "3"});
  EXPECT_THAT(outcome.err, StartsWith("the control processor at 2.000000 us, after 1000 instructions in 2000 cycles\n"
                                      "  pc         0x80000000: jal zero,80000000\n"
                                      "  last trap  none\n"
                                      "registers\n"));
  EXPECT_THAT(outcome.err, HasSubstr("  1.998000 us  0x80000000 -> 0x80000000  1000 times\n"));
}

TEST_F(ElfCommand, ObserversChangeNothing) {
  const Outcome alone = elf(exits_with_7, {"--counts"});
  const Outcome observed = elf(exits_with_7, {"--counts", "--trace-instructions", "trace", "--transfers", "9"});
  EXPECT_EQ(observed.code, alone.code);
  EXPECT_EQ(observed.err, alone.err);
  const std::string trace = platform::test::read_file(folder_ / "trace");
  EXPECT_EQ(std::count(trace.begin(), trace.end(), '\n'), 1 + 6);  // a heading, and the instructions
}

TEST_F(ElfCommand, ProfilesAndCovers) {
  std::string code;
  for (const std::uint32_t word : {jal(1, 8), spin, jalr(0, 1, 0)})
    code.append(reinterpret_cast<const char*>(&word), 4);
  platform::test::write_file(folder_ / "b.elf", elf_with_functions(0x80000000, code, {{"main", 0, 8}, {"f", 8, 4}}));
  const auto outcome = platform::test::takt({"elf", "b.elf", "--max-instructions", "5", "--profile", "p",
                                             "--profile-unit", "instructions", "--coverage", "c"},
                                            folder_.path());
  EXPECT_EQ(outcome.code, 4);
  EXPECT_EQ(platform::test::read_file(folder_ / "p"), "main 4\nmain;f 1\n");
  EXPECT_THAT(platform::test::read_file(folder_ / "c"), HasSubstr("       3        3   100.0  all functions\n"));
}

// A jump takes 2 cycles, which count as nanoseconds: 500 of them begin in a microsecond.
TEST_F(ElfCommand, TracesAWindowOfTime) {
  elf({spin}, {"--max-instructions", "2000", "--trace-instructions", "trace", "--trace-window", "1:2"});
  const std::string trace = platform::test::read_file(folder_ / "trace");
  EXPECT_EQ(std::count(trace.begin(), trace.end(), '\n'), 1 + 500);
  EXPECT_THAT(trace, HasSubstr("place\n1000 80000000 "));
  EXPECT_THAT(trace, HasSubstr("\n1998 80000000 "));
}

TEST_F(ElfCommand, EndsWith4WhereItsTracesReachTheirLimit) {
  const Outcome outcome = elf({spin}, {"--trace-instructions", "trace", "--max-log", "1000"});
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.err, EndsWith("takt: a.elf: its traces reached 1000 bytes, at pc 0x80000000 (--max-log)\n"));
  const std::string trace = platform::test::read_file(folder_ / "trace");
  EXPECT_LE(trace.size(), 1000u);
  EXPECT_GT(trace.size(), 900u);
  EXPECT_EQ(trace.back(), '\n');
}

TEST_F(ElfCommand, RefusesWhatCannotBeSeenOrWritten) {
  const Outcome stripped = elf({spin}, {"--profile", "p"});
  EXPECT_EQ(stripped.code, 2);
  EXPECT_EQ(stripped.err,
            "takt: a.elf: found no symbols of functions, expected a program that was not stripped, for --profile and "
            "--coverage\n");
  const Outcome nowhere = elf({spin}, {"--trace-instructions", "no/such/folder/t"});
  EXPECT_EQ(nowhere.code, 2);
  EXPECT_EQ(nowhere.err,
            "takt: --trace-instructions: no/such/folder/t: found no way to write it, expected a file in a folder that "
            "exists\n");
  EXPECT_EQ(elf({spin}, {"--profile-unit", "cycles"}).code, 2);
  EXPECT_EQ(elf({spin}, {"--profile", "p", "--profile-unit", "miles"}).code, 2);
  EXPECT_THAT(elf({spin}, {"--trace-window", "1:2"}).err, HasSubstr("--trace-window: found no trace, expected"));
  for (const char* window : {"1", "2:1", "1:1", ":1", "1:x", "-1:2", "1:99999999999999"}) {
    const Outcome outcome = elf({spin}, {"--trace-instructions", "t", "--trace-window", window});
    EXPECT_EQ(outcome.code, 2) << window;
    EXPECT_THAT(outcome.err, HasSubstr("--trace-window: found '" + std::string(window) +
                                       "', expected BEGIN:END in whole microseconds, BEGIN below END"));
  }
}

TEST_F(ElfCommand, RefusesWhatIsNoProgram) {
  platform::test::write_file(folder_ / "b.elf", "text");
  const Outcome outcome = platform::test::takt({"elf", "b.elf"}, folder_.path());
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("takt: b.elf: found no ELF file, expected a 32-bit RISC-V executable"));
  EXPECT_EQ(platform::test::takt({"elf", "none.elf"}, folder_.path()).code, 2);
}

}  // namespace
}  // namespace takt::rv32::test
