// Functions by address. Of compiled files nm and objdump are the other opinion, where they are installed.
#include "sim/observe/symbol_table.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <sstream>

#include "sim/observe/coverage.h"
#include "tests/observe/program.h"

namespace takt::observe::test {
namespace {

using Kind = traces::ElfSymbol::Kind;

TEST(SymbolTable, FindsTheFunctionThatCoversAnAddress) {
  const SymbolTable symbols(program({nop, nop, nop, nop}, {{"a", 0, 4}, {"_Z1bv", 8, 8}}));
  EXPECT_EQ(symbols.place(origin), "a");
  EXPECT_EQ(symbols.place(origin + 2), "a+0x2");
  EXPECT_EQ(symbols.place(origin + 4), "");  // behind a, before b
  EXPECT_EQ(symbols.place(origin + 0xf), "b()+0x7");
  EXPECT_EQ(symbols.place(origin + 0x10), "");
  EXPECT_EQ(symbols.place(origin - 1), "");
}

TEST(SymbolTable, LetsLabelsReachToTheNextName) {
  const SymbolTable symbols(program({nop, nop, nop, nop, nop}, {{"start", 0, 0, Kind::label},
                                                                {"loop", 4, 0, Kind::label},
                                                                {"f", 8, 8},
                                                                {"inside", 0xc, 0, Kind::label},
                                                                {".L1", 0x10, 0, Kind::label},
                                                                {"$x", 0x10, 0, Kind::label},
                                                                {"tail", 0x10, 0, Kind::label},
                                                                {"data", 4, 4, Kind::object}}));
  ASSERT_EQ(symbols.functions().size(), 4u);
  EXPECT_EQ(symbols.place(origin), "start");
  EXPECT_EQ(symbols.place(origin + 6), "loop+0x2");
  EXPECT_EQ(symbols.place(origin + 0xc), "f+0x4");  // a label inside a function is none
  EXPECT_EQ(symbols.place(origin + 0x12), "tail+0x2");
}

TEST(SymbolTable, TakesTheFirstOfSeveralNames) {
  const SymbolTable symbols(program({nop, nop}, {{"memcpy", 0, 8}, {"__memcpy", 0, 8}}));
  ASSERT_EQ(symbols.functions().size(), 1u);
  EXPECT_EQ(symbols.place(origin + 4), "memcpy+0x4");
}

TEST(SymbolTable, CutsWhatOverlaps) {
  const SymbolTable symbols(program({nop, nop}, {{"long", 0, 0x1000}, {"next", 4, 4}}));
  EXPECT_EQ(symbols.functions()[0].end, origin + 4);
  const SymbolTable last(program({nop, nop}, {{"long", 0, 0x1000}}));
  EXPECT_EQ(last.functions()[0].end, origin + 8);  // the end of the code
}

std::string output_of(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  char buffer[4096];
  while (pipe != nullptr && std::fgets(buffer, sizeof buffer, pipe.get()) != nullptr) text += buffer;
  return text;
}

// Instructions per function as objdump lists them.
std::map<std::string, std::uint32_t> listed(const std::string& elf) {
  std::istringstream lines(output_of("riscv64-unknown-elf-objdump -d -C -M no-aliases " + elf + " 2>/dev/null"));
  std::map<std::string, std::uint32_t> counts;
  std::string function;
  for (std::string line; std::getline(lines, line);) {
    if (const std::size_t open = line.find(" <");
        !line.empty() && line[0] != ' ' && open != line.npos && line.size() > 2 && line.substr(line.size() - 2) == ">:")
      function = line.substr(open + 2, line.size() - open - 4);
    else if (line.find(":\t") != line.npos && line.find("...") == line.npos)
      ++counts[function];
  }
  return counts;
}

TEST(SymbolTable, CountsTheInstructionsOfACompiledProgramAsObjdumpDoes) {
  const std::string elf = TAKT_RV32_PROGRAMS "/print.elf";
  if (!std::filesystem::exists(elf)) GTEST_SKIP() << "no RV32 compiler when this was built";
  const std::map<std::string, std::uint32_t> expected = listed(elf);
  if (expected.empty()) GTEST_SKIP() << "no riscv64-unknown-elf-objdump";
  const traces::ElfImage image = traces::read_elf(elf);
  const SymbolTable symbols(image);
  const Coverage coverage(symbols, image);
  unsigned compared = 0;
  for (const Function& function : symbols.functions()) {
    const auto found = expected.find(function.name);
    if (found == expected.end() || !function.sized) continue;
    EXPECT_EQ(coverage.of(function).total, found->second) << function.name;
    ++compared;
  }
  EXPECT_GT(compared, 20u);
}

}  // namespace
}  // namespace takt::observe::test
