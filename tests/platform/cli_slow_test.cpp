// A run of more than two seconds shows its progress on a terminal only.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/platform/models.h"
#include "tests/platform/takt_binary.h"

namespace takt::platform::test {
namespace {

TEST(Progress, IsNotWrittenIntoAPipe) {
  const Folder folder;
  for (int requests = 1; requests < 10000; requests *= 3) {
    const Outcome outcome =
        takt({"run", "--model", "edsr", "--requests", std::to_string(requests), "-o", "result"}, folder.path());
    ASSERT_EQ(outcome.code, 0);
    EXPECT_EQ(outcome.err, "");
    EXPECT_EQ(outcome.out.find('\r'), std::string::npos);
    // Only a run that would have shown its progress proves anything.
    const auto results = nlohmann::json::parse(read_file(folder / "result" / "results.json"));
    if (results["host"]["wall_s"].get<double>() > 2.5) return;
  }
  FAIL() << "no run took long enough";
}

}  // namespace
}  // namespace takt::platform::test
