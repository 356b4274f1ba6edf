#include "sim/observe/output_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/platform/models.h"
#include "tests/platform/takt_binary.h"

namespace takt::observe::test {
namespace {

TEST(BoundedFile, HoldsWholeLinesWithinTheBudgetOfAll) {
  const platform::test::Folder folder;
  const std::string one = (folder.path() / "one").string(), two = (folder.path() / "two").string();
  LogBudget budget(12);
  BoundedFile first(one, "--a", budget), second(two, "--b", budget);
  first.line("12345");  // 6 with its end
  second.line("1234");  // 5
  EXPECT_FALSE(budget.exhausted());
  first.line("1");  // one too many
  EXPECT_TRUE(budget.exhausted());
  second.line("");  // would fit, but what is missing before it would not be seen
  first.close();
  second.close();
  EXPECT_EQ(platform::test::read_file(one), "12345\n");
  EXPECT_EQ(platform::test::read_file(two), "1234\n");
}

TEST(OutputFile, ThatCannotBeWrittenIsNamed) {
  try {
    OutputFile file("/no/such/folder/file", "--profile");
    FAIL();
  } catch (const FileError& e) {
    EXPECT_THAT(e.what(), testing::HasSubstr("--profile: /no/such/folder/file: found no way to write it"));
  }
  OutputFile full("/dev/full", "--profile");
  full.stream() << "text";
  EXPECT_THROW(full.close(), FileError);
}

}  // namespace
}  // namespace takt::observe::test
