// How far the core runs at once changes nothing: random programs in steps of one cycle, of some, and as far as they go.
#include <gtest/gtest.h>

#include <filesystem>

#include "sim/bare/machine.h"
#include "tests/cpu/rv32/console.h"
#include "tests/cpu/rv32/stream.h"

namespace takt::rv32::test {
namespace {

struct Result {
  std::string out;
  std::uint64_t instructions, cycles;
};

Result run(const traces::ElfImage& program, std::uint64_t look_ahead) {
  Console console;
  bare::MachineOptions options;
  options.ram_bytes = 1u << 20;
  options.look_ahead = look_ahead;
  bare::Machine machine(program, "program", options, console);
  const bare::Outcome outcome = machine.run();
  EXPECT_EQ(outcome.ending, bare::Ending::exited);
  EXPECT_EQ(outcome.code, 0u);
  return {console.out, outcome.instructions, outcome.cycles};
}

TEST(Rv32LookAhead, ChangesNoResult) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const traces::ElfImage stream = traces::parse_elf(random_stream(seed, 400).elf, "stream");
    const Result whole = run(stream, std::uint64_t{1} << 62);
    EXPECT_EQ(whole.out.size(), Stream::output_bytes);
    for (const std::uint64_t look_ahead : {1, 7, 1000, 10000}) {
      const Result pieces = run(stream, look_ahead);
      EXPECT_EQ(pieces.out, whole.out) << "seed " << seed << ", " << look_ahead << " cycles";
      EXPECT_EQ(pieces.instructions, whole.instructions);
      EXPECT_EQ(pieces.cycles, whole.cycles);
    }
  }
}

// Timer interrupts in the middle of loops and waits, compared with mcycle by the program itself.
TEST(Rv32LookAhead, ChangesNoInterrupt) {
  const char* file = TAKT_RV32_PROGRAMS "/interrupts.elf";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no riscv64-unknown-elf-gcc when this was built";
  const traces::ElfImage program = traces::read_elf(file);
  const Result whole = run(program, std::uint64_t{1} << 62);
  for (const std::uint64_t look_ahead : {1, 2, 3, 100, 1000, 10000}) {
    const Result pieces = run(program, look_ahead);
    EXPECT_EQ(pieces.instructions, whole.instructions) << look_ahead;
    EXPECT_EQ(pieces.cycles, whole.cycles) << look_ahead;
  }
}

}  // namespace
}  // namespace takt::rv32::test
