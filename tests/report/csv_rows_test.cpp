#include "sim/report/csv_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/results/results_file.h"
#include "tests/report/run_folder.h"

namespace takt::report {
namespace {

using results::ResultsFileError;
using test::Folder;

template <typename F>
std::string refusal(F&& action) {
  try {
    action();
  } catch (const ResultsFileError& error) {
    return error.what();
  }
  return "accepted";
}

class CsvRowsTest : public ::testing::Test {
 protected:
  CsvRows rows(const std::string& text) {
    folder_.write("t.csv", text);
    return CsvRows(folder_.path() / "t.csv");
  }
  std::string refused(const std::string& text) {
    return refusal([&] {
      CsvRows table = rows(text);
      while (table.next()) table.millionths(0);
    });
  }
  Folder folder_;
};

TEST_F(CsvRowsTest, ReadQuotedFields) {
  CsvRows table = rows("a,b\n\"x,\"\"y\"\"\nz\",2\n");
  ASSERT_TRUE(table.next());
  EXPECT_EQ(table.text(0), "x,\"y\"\nz");
  EXPECT_EQ(table.count(table.column("b")), 2U);
  EXPECT_FALSE(table.next());
}

TEST_F(CsvRowsTest, ReadDecimalsExactly) {
  CsvRows table = rows("a\n12.000001\n0.5\n7\n\n");
  std::vector<std::int64_t> values;
  while (table.next()) values.push_back(table.millionths(0));
  EXPECT_THAT(values, ::testing::ElementsAre(12000001, 500000, 7000000, 0));
}

TEST_F(CsvRowsTest, NameTheLineOfWhatIsWrong) {
  using ::testing::EndsWith;
  EXPECT_THAT(refused("a\n1\nx\n"), EndsWith("t.csv:3: found 'x' in column \"a\", expected a number"));
  EXPECT_THAT(refused("a\n1,2\n"), EndsWith("t.csv:2: found 2 fields, expected 1"));
  EXPECT_THAT(refused("a\n\"1\n2\"\nx\n"), EndsWith("t.csv:2: found '1\n2' in column \"a\", expected a number"));
  EXPECT_THAT(refused("a\n1\n2"), EndsWith("t.csv:3: the last line has no end"));
  EXPECT_THAT(refused("a\n\"1\n"), EndsWith("t.csv:2: the row has no end"));
  EXPECT_THAT(refused(""), EndsWith("t.csv: is empty, expected a line of column names"));
  EXPECT_THAT(refusal([&] { rows("a\n").column("b"); }), EndsWith("t.csv:1: has no column \"b\""));
}

TEST_F(CsvRowsTest, RefuseNumbersThatDoNotFit) {
  for (const char* text :
       {"9223372036854.775808", "100000000000.000001", "-1", "1.2345678", "1.", ".5", "1e3", "0x1", "1 "})
    EXPECT_THAT(refused(std::string("a\n") + text + "\n"), ::testing::HasSubstr(":2: found")) << text;
}

TEST_F(CsvRowsTest, AreAbsentWithoutAFile) { EXPECT_FALSE(CsvRows::open(folder_.path() / "none.csv")); }

}  // namespace
}  // namespace takt::report
