#include "sim/observe/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace takt::observe::test {
namespace {

using Line = std::pair<std::uint64_t, std::string>;  // nanoseconds
using testing::ElementsAre;

struct Printed {
  explicit Printed(std::uint64_t bytes) : budget(bytes) {}
  // A byte every 10 ns.
  void print(const std::string& text) {
    for (const char c : text) console.put(units::nanoseconds(now += 10), static_cast<std::uint8_t>(c));
  }
  LogBudget budget;
  std::vector<Line> lines;
  std::uint64_t now = 0;
  Console console{budget,
                  [this](units::Time at, const std::string& text) { lines.emplace_back(at.value / 1000, text); }};
};

TEST(Console, GivesLinesTheTimeOfTheirFirstByte) {
  Printed printed(1000);
  printed.print("one\r\n\ntwo");
  printed.console.flush();
  printed.console.flush();
  EXPECT_THAT(printed.lines, ElementsAre(Line(10, "one"), Line(60, ""), Line(70, "two")));
}

TEST(Console, SpellsOutWhatIsNoText) {
  Printed printed(1000);
  printed.print(std::string("\x1b[1m\t\0\xc3\xa9\x7f\n", 10));
  EXPECT_THAT(printed.lines, ElementsAre(Line(10, "\\x1b[1m\t\\x00\xc3\xa9\\x7f")));
}

TEST(Console, CutsLinesThatDoNotEnd) {
  Printed printed(10000);
  printed.print(std::string(5000, 'x') + "\n");
  ASSERT_EQ(printed.lines.size(), 2u);
  EXPECT_EQ(printed.lines[0].second.size(), 4096u);
  EXPECT_EQ(printed.lines[1], Line(40970, std::string(904, 'x')));
}

TEST(Console, SharesTheBudgetOfLogs) {
  Printed printed(8);
  bool told = false;
  printed.budget.on_exhausted([&] { told = true; });
  printed.print("one\n");
  printed.print("two\n");
  EXPECT_FALSE(told);
  printed.print("\n");
  EXPECT_TRUE(told);
  EXPECT_EQ(printed.lines.size(), 2u);
}

}  // namespace
}  // namespace takt::observe::test
