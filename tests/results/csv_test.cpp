#include "traces/formats/csv.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace takt::traces {
namespace {

TEST(Csv, FieldsWithSeparatorsQuotesAndLineBreaksAreQuotedAsRfc4180Says) {
  CsvTable table({"name", "value"});
  table.row({"plain", "1"});
  table.row({"a,b", "say \"x\""});
  table.row({"two\nlines", ""});
  EXPECT_EQ(table.text(), "name,value\nplain,1\n\"a,b\",\"say \"\"x\"\"\"\n\"two\nlines\",\n");
}

TEST(Csv, ARowOfAnotherWidthIsADefect) {
  CsvTable table({"name", "value"});
  EXPECT_THROW(table.row({"only"}), std::logic_error);
}

}  // namespace
}  // namespace takt::traces
