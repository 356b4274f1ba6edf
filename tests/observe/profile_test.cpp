// Stacks follow calls and returns; counts are those of the cycle table: 1 of arithmetic, 2 of JAL, 3 of JALR, 4 of a
// trap and of MRET, 3 of CSR accesses.
#include "sim/observe/profile.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/observe/program.h"

namespace takt::observe::test {
namespace {

std::string folded(const traces::ElfImage& image, std::uint64_t instructions, ProfileUnit unit = ProfileUnit::cycles) {
  const SymbolTable symbols(image);
  Profile profile(symbols, unit);
  const Execution run(image, instructions, &profile);
  std::ostringstream text;
  profile.write(text);
  return text.str();
}

// main: calls f twice. f: calls g, keeps ra in s0. g: one addition.
const traces::ElfImage nested = program(
    {
        jal(ra, 0x10),    // 00 main
        jal(ra, 0x0c),    // 04
        spin,             // 08
        nop,              // 0c
        addi(s0, ra, 0),  // 10 f
        jal(ra, 0x0c),    // 14
        jalr(0, s0, 0),   // 18: not through a link register
        nop,              // 1c
        addi(a0, a0, 1),  // 20 g
        jalr(0, ra, 0),   // 24
    },
    {{"main", 0, 0x10}, {"f", 0x10, 0x10}, {"g", 0x20, 8}});

TEST(Profile, CountsCyclesOfEachStack) {
  // A return that is no return by its register stays a jump within f's frame and becomes main's code.
  const traces::ElfImage returning = program({jal(ra, 0x10), jal(ra, 0x0c), spin, nop, addi(t0, ra, 0), jal(ra, 0x0c),
                                              jalr(0, t0, 0), nop, addi(a0, a0, 1), jalr(0, ra, 0)},
                                             {{"main", 0, 0x10}, {"f", 0x10, 0x10}, {"g", 0x20, 8}});
  // Twice: main 2; f 1 + 2 + 3; g 1 + 3. Then a turn of the last jump to itself: 2.
  EXPECT_EQ(folded(returning, 13), "main 6\nmain;f 12\nmain;f;g 8\n");
}

TEST(Profile, CountsInstructionsOfEachStack) {
  const traces::ElfImage returning = program({jal(ra, 0x10), jal(ra, 0x0c), spin, nop, addi(t0, ra, 0), jal(ra, 0x0c),
                                              jalr(0, t0, 0), nop, addi(a0, a0, 1), jalr(0, ra, 0)},
                                             {{"main", 0, 0x10}, {"f", 0x10, 0x10}, {"g", 0x20, 8}});
  EXPECT_EQ(folded(returning, 13, ProfileUnit::instructions), "main 3\nmain;f 6\nmain;f;g 4\n");
}

// Only x1 and x5 are link registers (Unprivileged Architecture, table 2.1).
TEST(Profile, TakesAJumpThroughAnotherRegisterForOneInTailPosition) {
  // main 2, f 6, g 4; then main's code in f's frame below main, which calls f again.
  EXPECT_EQ(folded(nested, 7), "main 2\nmain;f 6\nmain;f;g 4\nmain;main 2\n");
}

TEST(Profile, ReplacesTheCallerInATailCall) {
  const traces::ElfImage image = program(
      {
          jal(ra, 0x8),     // 00 main
          spin,             // 04
          addi(a0, a0, 1),  // 08 f
          jal(0, 4),        // 0c to g
          addi(a0, a0, 1),  // 10 g
          jalr(0, ra, 0),   // 14 returns to main
      },
      {{"main", 0, 8}, {"f", 8, 8}, {"g", 0x10, 8}});
  EXPECT_EQ(folded(image, 6), "main 4\nmain;f 3\nmain;g 4\n");
}

TEST(Profile, ReturnsToTheFrameWhoseAddressIsMeant) {
  // g returns to main at once, as longjmp does: with what main saved in t0.
  const traces::ElfImage image = program(
      {
          jal(ra, 0x8),     // 00 main
          spin,             // 04
          addi(t0, ra, 0),  // 08 f
          jal(ra, 4),       // 0c
          jalr(0, t0, 0),   // 10 g
      },
      {{"main", 0, 8}, {"f", 8, 8}, {"g", 0x10, 4}});
  EXPECT_EQ(folded(image, 5), "main 4\nmain;f 3\nmain;f;g 3\n");
}

TEST(Profile, GivesATrapsHandlerAFrameOfItsOwn) {
  const traces::ElfImage image = program(
      {
          addi(t0, t0, 0x20),              // 00 main: t0 is origin + 0x20 with the next
          lui(a0, origin),                 // 04
          r_type(0x33, 0, 0, t0, t0, a0),  // 08
          csrrw(0, 0x305, t0),             // 0c mtvec
          ecall,                           // 10
          spin,                            // 14
          nop, nop,                        // 18
          csrrs(t0, 0x341, 0),             // 20 handler: over the ECALL
          addi(t0, t0, 4),                 // 24
          csrrw(0, 0x341, t0),             // 28
          mret,                            // 2c
      },
      {{"main", 0, 0x20}, {"handler", 0x20, 0x10}});
  // main: 1 + 1 + 1 + 3, then 2 of the jump; handler: 4 of the trap, 3 + 1 + 3, MRET 4. ECALL retires nothing.
  EXPECT_EQ(folded(image, 9), "main 8\nmain;[trap] handler 15\n");
}

// The look at t0 as a link register: helpers that save registers for a function are called with it.
TEST(Profile, KnowsTheAlternateLinkRegister) {
  const traces::ElfImage image = program(
      {
          jal(t0, 0x8),    // 00 main
          spin,            // 04
          jalr(0, t0, 0),  // 08 save
      },
      {{"main", 0, 8}, {"save", 8, 4}});
  EXPECT_EQ(folded(image, 3), "main 4\nmain;save 3\n");
}

TEST(Profile, NamesCodeOfNoFunction) {
  const traces::ElfImage image = program({jal(ra, 8), spin, jalr(0, ra, 0)}, {{"main", 0, 8}});
  EXPECT_EQ(folded(image, 2), "main 2\nmain;[unknown] 3\n");
}

// Every cycle that is not slept is somebody's: random programs with traps.
TEST(Profile, AddsUpToTheCoresCounts) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    traces::ElfImage image = traces::parse_elf(random_stream(seed, 300).elf, "stream");
    const SymbolTable symbols(image);
    Profile cycles(symbols, ProfileUnit::cycles);
    bare::MachineOptions options = Execution::options(std::uint64_t{1} << 40, &cycles);
    options.ram_bytes = 1u << 20;
    Console console;
    bare::Machine machine(image, "stream", options, console);
    const bare::Outcome outcome = machine.run();
    ASSERT_EQ(outcome.ending, bare::Ending::exited);
    std::ostringstream text;
    cycles.write(text);
    std::uint64_t sum = 0;
    std::istringstream lines(text.str());
    for (std::string line; std::getline(lines, line);) sum += std::stoull(line.substr(line.rfind(' ')));
    EXPECT_EQ(sum, outcome.cycles) << seed;
  }
}

}  // namespace
}  // namespace takt::observe::test
