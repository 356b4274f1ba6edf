#include "sim/observe/coverage.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/observe/program.h"

namespace takt::observe::test {
namespace {

std::string covered(const traces::ElfImage& image, std::uint64_t instructions) {
  const SymbolTable symbols(image);
  Coverage coverage(symbols, image);
  const Execution run(image, instructions, &coverage);
  std::ostringstream text;
  coverage.write(text);
  return text.str();
}

TEST(Coverage, NamesWhatNeverRan) {
  const traces::ElfImage image = program(
      {
          beq(0, 0, 0xc),   // 00 main: over two
          addi(a0, a0, 1),  // 04
          addi(a0, a0, 2),  // 08
          spin,             // 0c
          addi(a0, a0, 3),  // 10 never
          0x00018082,       // 14: compressed `ret`, compressed `nop`
      },
      {{"main", 0, 0x10}, {"never", 0x10, 8}});
  EXPECT_EQ(covered(image, 2),
            "executed    total       %  function\n"
            "       2        4    50.0  main\n"
            "       0        3     0.0  never\n"
            "       2        7    28.5  all functions\n"
            "\n"
            "never executed\n"
            "0x80000004-0x8000000b     2 of main+0x4\n"
            "0x80000010-0x80000017     3 of never\n");
}

TEST(Coverage, CountsAnInstructionThatTraps) {
  // An illegal instruction, whose handler at address 0 cannot be fetched.
  const traces::ElfImage image = program({nop, 0, nop}, {{"main", 0, 0xc}});
  const SymbolTable symbols(image);
  Coverage coverage(symbols, image);
  const Execution run(image, 10, &coverage);
  EXPECT_EQ(run.outcome.ending, bare::Ending::lockup);
  // The word 0 is two compressed instructions, of which the first traps.
  const Coverage::Count count = coverage.of(symbols.functions().front());
  EXPECT_EQ(count.executed, 2u);
  EXPECT_EQ(count.total, 4u);
}

}  // namespace
}  // namespace takt::observe::test
