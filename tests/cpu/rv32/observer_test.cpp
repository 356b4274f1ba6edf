// An observer sees every instruction and changes nothing.
#include "models/cpu/rv32/observer.h"

#include <gtest/gtest.h>

#include "sim/bare/machine.h"
#include "tests/cpu/rv32/assemble.h"
#include "tests/cpu/rv32/bench.h"
#include "tests/cpu/rv32/console.h"
#include "tests/cpu/rv32/stream.h"

namespace takt::rv32::test {
namespace {

struct Notes : Observer {
  void executed(const Executed& instruction) override { all.push_back(instruction); }
  void trapped(const Trapped& trap) override { traps.push_back(trap); }
  std::vector<Executed> all;
  std::vector<Trapped> traps;
};

struct Result {
  std::string out;
  bare::Outcome outcome;
};

Result run(const traces::ElfImage& program, Observer* observer, std::uint64_t look_ahead = std::uint64_t{1} << 62) {
  Console console;
  bare::MachineOptions options;
  options.ram_bytes = 1u << 20;
  options.observer = observer;
  options.look_ahead = look_ahead;
  bare::Machine machine(program, "program", options, console);
  const bare::Outcome outcome = machine.run();
  EXPECT_EQ(outcome.ending, bare::Ending::exited);
  return {console.out, outcome};
}

TEST(Rv32Observer, ChangesNothing) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const traces::ElfImage stream = traces::parse_elf(random_stream(seed, 400).elf, "stream");
    const Result alone = run(stream, nullptr);
    for (const std::uint64_t look_ahead : {std::uint64_t{3}, std::uint64_t{1} << 62}) {
      Notes notes;
      const Result observed = run(stream, &notes, look_ahead);
      EXPECT_EQ(observed.out, alone.out) << seed;  // registers, memory, traps
      EXPECT_EQ(observed.outcome.instructions, alone.outcome.instructions) << seed;
      EXPECT_EQ(observed.outcome.cycles, alone.outcome.cycles) << seed;
      EXPECT_EQ(notes.all.size(), alone.outcome.instructions) << seed;
      for (std::size_t i = 1; i < notes.all.size(); ++i)
        ASSERT_GE(notes.all[i].cycle, notes.all[i - 1].cycle + notes.all[i - 1].cycles) << seed << ", " << i;
    }
  }
}

TEST(Rv32Observer, SeesWhatAnInstructionDid) {
  Bench bench({lui(10, 0x10000000), lw(11, 10, 4), sw(11, 10, 8), jal(1, 8), nop, addi(0, 11, 1), 0});
  bench.bus.value = 0xabcd;
  bench.bus.wait = 20;
  Notes notes;
  bench.core.observe(&notes);
  bench.run(6);
  ASSERT_EQ(notes.all.size(), 5u);
  EXPECT_EQ(notes.all[0].rd, 10);
  EXPECT_EQ(notes.all[0].result, 0x10000000u);
  EXPECT_EQ(notes.all[1].address, 0x10000004u);
  EXPECT_EQ(notes.all[1].result, 0xabcdu);
  EXPECT_EQ(notes.all[1].cycle, 1u);
  EXPECT_EQ(notes.all[1].cycles, 20u + 2u);  // used by the next instruction
  EXPECT_EQ(notes.all[2].rd, 32);            // none
  EXPECT_EQ(notes.all[2].operand, 0xabcdu);
  EXPECT_EQ(notes.all[3].pc, ram + 0xc);
  EXPECT_EQ(notes.all[3].next_pc, ram + 0x14);
  EXPECT_EQ(notes.all[3].result, ram + 0x10);
  EXPECT_EQ(notes.all[4].rd, 32);  // x0
  ASSERT_GE(notes.traps.size(), 1u);
  EXPECT_EQ(notes.traps[0].pc, ram + 0x18);
  EXPECT_EQ(notes.traps[0].cause, 2u);
  EXPECT_EQ(notes.traps[0].handler, 0u);
}

TEST(Rv32Observer, SeesCompressedInstructions) {
  Bench bench({0x00010505});  // c.addi a0, 1; c.nop
  Notes notes;
  bench.core.observe(&notes);
  bench.run(2);
  ASSERT_EQ(notes.all.size(), 2u);
  EXPECT_EQ(notes.all[0].bits, 0x0505u);
  EXPECT_EQ(notes.all[0].next_pc, ram + 2);
  EXPECT_EQ(notes.all[1].pc, ram + 2);
}

TEST(Rv32Observer, MayComeAndGo) {
  Bench bench({addi(10, 10, 1), addi(10, 10, 1), addi(10, 10, 1), jal(0, -12)});
  Notes notes;
  bench.run(5);
  bench.core.observe(&notes);
  bench.run(6);
  bench.core.observe(nullptr);
  bench.run(5);
  EXPECT_EQ(notes.all.size(), 6u);
  EXPECT_EQ(notes.all[0].pc, ram + 4);
  EXPECT_EQ(bench.core.instructions(), 16u);
  EXPECT_EQ(bench.core.reg(10), 12u);
}

TEST(Rv32Observer, SeesAnInterruptBeforeTheInstructionItPrecedes) {
  Bench bench({csrrw(0, 0x305, 5), addi(6, 0, 0x7ff), addi(6, 6, 1), csrrw(0, 0x304, 6), csrrw(0, 0x300, 7), nop, nop});
  bench.core.set_reg(5, ram + 0x18);  // mtvec
  bench.core.set_reg(7, 8);           // MIE
  bench.core.set_interrupt(Interrupt::external, true);
  Notes notes;
  bench.core.observe(&notes);
  bench.run(6);
  ASSERT_EQ(notes.traps.size(), 1u);
  EXPECT_EQ(notes.traps[0].pc, ram + 0x14);
  EXPECT_EQ(notes.traps[0].handler, ram + 0x18);
  EXPECT_EQ(notes.traps[0].cause, 0x8000000bu);
  EXPECT_EQ(notes.all.back().pc, ram + 0x18);
}

}  // namespace
}  // namespace takt::rv32::test
