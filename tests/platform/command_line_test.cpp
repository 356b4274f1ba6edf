// What is printed from the command line's table: a manual that roff takes, a completion that bash runs.
#include <gmock/gmock.h>

#include <cstdio>

#include "tests/platform/takt_binary.h"

namespace takt::platform::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Lines that a shell prints.
std::vector<std::string> lines_of(const std::string& command) {
  FILE* const pipe = popen(("bash -c '" + command + "' 2>&1").c_str(), "r");
  std::vector<std::string> lines;
  char line[4096];
  while (pipe != nullptr && std::fgets(line, sizeof line, pipe) != nullptr) {
    lines.emplace_back(line);
    lines.back().pop_back();
  }
  if (pipe != nullptr) pclose(pipe);
  return lines;
}

// What bash offers behind these words, the last of which is begun.
std::vector<std::string> offered(const std::string& words) {
  const std::string program = TAKT_BINARY;
  return lines_of("PATH=" + program.substr(0, program.rfind('/')) + ":$PATH; cd /; . <(takt completion); COMP_WORDS=(" +
                  words + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _takt; printf \"%s\\n\" \"${COMPREPLY[@]}\"");
}

TEST(Completion, KnowsCommandsOptionsWordsNamesAndKeys) {
  EXPECT_THAT(offered("takt inf"), ElementsAre("infer"));
  EXPECT_THAT(offered("takt run --trace-le"), ElementsAre("--trace-level"));
  EXPECT_THAT(offered("takt run x --profile-unit c"), ElementsAre("cycles"));
  EXPECT_THAT(offered("takt run cont"), ElementsAre("contention"));
  EXPECT_THAT(offered("takt infer x --soc exynos-llw"), ElementsAre("exynos-llw-like"));
  EXPECT_THAT(offered("takt run x --set npu.clock"), ElementsAre("npu.clock_hz="));
  EXPECT_THAT(offered("takt list pol"), ElementsAre("policies"));
}

TEST(Manual, HasEveryCommandAndIsRoff) {
  const std::string page = takt({"manual"}, ".").out;
  for (const char* command : {"run", "infer", "compare", "explain", "replay", "sweep", "keys"})
    EXPECT_THAT(page, HasSubstr(std::string(".SS takt ") + command + "\n"));
  EXPECT_THAT(page, HasSubstr("\\-\\-fidelity \\fITEXT\\fR"));
  if (lines_of("command -v groff").empty()) GTEST_SKIP() << "no groff";
  EXPECT_THAT(lines_of(std::string(TAKT_BINARY) + " manual | groff -man -ww -z"), ElementsAre());
}

}  // namespace
}  // namespace takt::platform::test
