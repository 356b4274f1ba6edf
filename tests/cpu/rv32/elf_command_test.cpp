// takt elf from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cpu/rv32/assemble.h"
#include "tests/cpu/rv32/stream.h"
#include "tests/platform/models.h"
#include "tests/platform/takt_binary.h"

namespace takt::rv32::test {
namespace {

using platform::test::Folder;
using platform::test::Outcome;
using testing::HasSubstr;

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
  EXPECT_EQ(limit.err, "takt: a.elf: 1000 instructions without an end, at pc 0x80000000 (--max-instructions)\n");
  const Outcome lockup = elf({0});
  EXPECT_EQ(lockup.code, 4);
  EXPECT_THAT(lockup.err, HasSubstr("its trap handler at 0x00000000 traps: cause 1"));
  const Outcome asleep = elf({wfi});
  EXPECT_EQ(asleep.code, 4);
  EXPECT_THAT(asleep.err, HasSubstr("it waits for an interrupt that cannot come, at pc 0x80000004"));
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
