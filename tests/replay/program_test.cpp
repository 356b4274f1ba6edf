// takt replay and takt memory from outside: exit codes, and what stands on which output.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/platform/models.h"
#include "tests/platform/takt_binary.h"

namespace takt::platform::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class Program : public testing::Test {
 protected:
  Outcome replay(const std::string& trace, std::vector<std::string> more = {}) const {
    write_file(folder_ / "t.stl", trace);
    std::vector<std::string> arguments{"replay",     "t.stl",      "--memory", "llw-dram",
                                       "--clock-hz", "1000000000", "-o",       "out"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return takt(arguments, folder_.path());
  }
  void expect_refused(const Outcome& outcome, const std::string& part) const {
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_THAT(outcome.err, HasSubstr(part));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
  }

  const Folder folder_;
};

TEST_F(Program, a_replay_prints_a_table) {
  const Outcome outcome = replay("0: (64) read 0x0\n100: (64) write 0x40\n");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("t.stl (stl) on llw-dram: 2 accesses"), HasSubstr("GB/s"),
                                 HasSubstr("pJ/bit"), HasSubstr("activations, @ = 1"), HasSubstr("results: out")));
}

TEST_F(Program, a_replay_prints_json_and_nothing_else) {
  const Outcome outcome = replay("0: (64) read 0x0\n", {"--json"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, read_file(folder_ / "out" / "results.json"));
}

TEST_F(Program, two_replays_compare_as_identical) {
  ASSERT_EQ(replay("0: (64) read 0x0\n", {"-o", "a", "--quiet"}).code, 2) << "-o twice";
  for (const char* out : {"a", "b"})
    ASSERT_EQ(takt({"replay", "t.stl", "--memory", "llw-dram", "--clock-hz", "1000000000", "--quiet", "-o", out},
                   folder_.path())
                  .code,
              0);
  EXPECT_EQ(takt({"compare", "a", "b"}, folder_.path()).code, 0);
}

TEST_F(Program, bad_traces_end_with_2_and_their_line) {
  expect_refused(replay("0: (64) read 0x0\n7: (64) re"), "t.stl:2");
  expect_refused(replay("0: (64) read 0x0\n\x01\x02\n"), "t.stl:2");
  expect_refused(replay("0: (64) read 0x80000000\n"), "t.stl:1");
  expect_refused(replay("5: (64) read 0x0\n3: (64) read 0x0\n"), "t.stl:2:1");
  expect_refused(replay(std::string(100000, 'x')), "t.stl:1");
  expect_refused(replay(""), "t.stl");
}

TEST_F(Program, bad_options_end_with_2) {
  const std::string good = "0: (64) read 0x0\n";
  expect_refused(replay(good, {"--format", "csv"}), "csv");
  expect_refused(replay(good, {"--set", "rcd_nz=3"}), "rcd_ns");
  expect_refused(replay(good, {"--commands", "nowhere/c.csv"}), "nowhere");
  expect_refused(takt({"replay", "absent.stl", "--memory", "llw-dram", "-o", "out"}, folder_.path()), "absent.stl");
  expect_refused(takt({"memory", "llw", "-o", "out"}, folder_.path()), "llw");
}

TEST_F(Program, memory_prints_a_table) {
  const Outcome outcome =
      takt({"memory", "llw-dram", "--points", "2", "--pattern", "sequential", "--reads", "100"}, folder_.path());
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("128.0 GB/s peak"), HasSubstr("knee GB/s"), HasSubstr("results: out/memory-llw-dram")));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "out" / "memory-llw-dram" / "memory.svg"));
}

}  // namespace
}  // namespace takt::platform::test
