#include "sim/observe/instruction_trace.h"

#include <gtest/gtest.h>

#include "tests/observe/program.h"
#include "tests/platform/models.h"
#include "tests/platform/takt_binary.h"

namespace takt::observe::test {
namespace {

TEST(InstructionTrace, SaysWhatEachInstructionWrote) {
  const traces::ElfImage image = program(
      {
          lui(a0, origin),         // 00
          sw(a0, a0, 0x40),        // 04
          lw(a1, a0, 0x40),        // 08: its result is not used next
          store(0, a0, a0, 0x44),  // 0c: a byte of 0
          jal(ra, 4),              // 10
          0,                       // 14 f: illegal
      },
      {{"main", 0, 0x14}, {"f", 0x14, 4}});
  const platform::test::Folder folder;
  const std::string path = (folder.path() / "trace").string();
  LogBudget budget(10000);
  BoundedFile file(path, "--trace-instructions", budget);
  const SymbolTable symbols(image);
  InstructionTrace trace(symbols, file, {});
  const Execution run(image, 10, &trace);
  file.close();
  EXPECT_EQ(platform::test::read_file(path),
            "# cycle pc word instruction effect place\n"
            "0 80000000 80000537 lui a0,0x80000           a0=80000000              main\n"
            "1 80000004 04a52023 sw a0,64(a0)             [80000040]=80000000      main+0x4\n"
            "2 80000008 04052583 lw a1,64(a0)             a1=80000000,[80000040]   main+0x8\n"
            "3 8000000c 04a50223 sb a0,68(a0)             [80000044]=0             main+0xc\n"
            "4 80000010 004000ef jal ra,80000014          ra=80000014              main+0x10\n"
            "6 80000014 -        trap                     ->00000000               f: illegal instruction 0x0000\n"
            "10 00000000 -        trap                     ->00000000               -: instruction access fault at "
            "0x00000000\n");
}

TEST(InstructionTrace, HoldsWhatBeginsInsideTheWindow) {
  const traces::ElfImage image = program({nop, nop, jal(0, 4), spin}, {{"f", 0, 0x10}});
  const platform::test::Folder folder;
  const std::string path = (folder.path() / "trace").string();
  LogBudget budget(10000);
  BoundedFile file(path, "--trace-instructions", budget);
  const SymbolTable symbols(image);
  InstructionTrace trace(symbols, file, {1, 4});
  const Execution run(image, 10, &trace);
  file.close();
  EXPECT_EQ(platform::test::read_file(path),
            "# cycle pc word instruction effect place\n"
            "1 80000004 00000013 addi zero,zero,0         -                        f+0x4\n"
            "2 80000008 0040006f jal zero,8000000c        -                        f+0x8\n");
}

}  // namespace
}  // namespace takt::observe::test
