#include "sim/observe/history.h"

#include <gtest/gtest.h>

#include "tests/observe/program.h"

namespace takt::observe::test {
namespace {

TEST(History, KeepsTheLatestTransfersOldestFirst) {
  // 3 turns of a loop, a jump, a jump to itself.
  const traces::ElfImage image = program(
      {
          addi(a0, 0, 3),    // 00
          addi(a0, a0, -1),  // 04
          bne(a0, 0, -4),    // 08: taken twice
          jal(0, 8),         // 0c
          nop,               // 10
          spin,              // 14
      },
      {});
  History two(2), all(10), none(0);
  for (History* history : {&two, &all, &none}) const Execution run(image, 12, history);
  const std::vector<History::Transfer> known = all.latest();
  ASSERT_EQ(known.size(), 3u);
  EXPECT_EQ(known[0].from, origin + 0x08);
  EXPECT_EQ(known[0].to, origin + 0x04);
  EXPECT_EQ(known[0].times, 2u);
  EXPECT_EQ(known[0].cycle, 6u);  // of the second: 1 + 1 + 3 + 1
  EXPECT_EQ(known[1].from, origin + 0x0c);
  EXPECT_EQ(known[2].times, 4u);  // 12 - 1 - 3 * 2 - 1
  const std::vector<History::Transfer> latest = two.latest();
  ASSERT_EQ(latest.size(), 2u);
  EXPECT_EQ(latest[0].from, origin + 0x0c);
  EXPECT_EQ(latest[1].from, origin + 0x14);
  EXPECT_TRUE(none.latest().empty());
}

TEST(History, ShowsTraps) {
  const traces::ElfImage image = program({nop, ecall}, {});
  History history(4);
  const Execution run(image, 10, &history);
  const std::vector<History::Transfer> known = history.latest();
  ASSERT_EQ(known.size(), 2u);
  EXPECT_TRUE(known[0].trap);
  EXPECT_EQ(known[0].from, origin + 4);
  EXPECT_EQ(known[0].to, 0u);
  EXPECT_TRUE(known[1].trap);  // the handler cannot be fetched
  EXPECT_EQ(known[1].from, 0u);
}

}  // namespace
}  // namespace takt::observe::test
