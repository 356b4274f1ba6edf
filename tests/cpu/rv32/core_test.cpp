// The core without a program around it: limits, stops, the bus, interrupts at instruction edges.
#include "models/cpu/rv32/core.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/cpu/rv32/assemble.h"
#include "tests/cpu/rv32/bench.h"

namespace takt::rv32::test {
namespace {

constexpr std::uint32_t t0 = 5, t1 = 6, s0 = 8, a0 = 10;

TEST(Rv32Core, ARunEndsAtItsLimitOfInstructions) {
  Bench bench({addi(a0, a0, 1), addi(a0, a0, 1), addi(a0, a0, 1), spin});
  EXPECT_EQ(bench.run(2), Stop::limit);
  EXPECT_EQ(bench.core.reg(a0), 2u);
  EXPECT_EQ(bench.core.pc(), ram + 8);
  EXPECT_EQ(bench.core.instructions(), 2u);
}

TEST(Rv32Core, ARunEndsBeforeTheFirstInstructionAtOrAfterItsLimitOfCycles) {
  // A division begins at cycle 1 and ends at 34.
  Bench bench({addi(a0, a0, 1), r_type(0x33, 4, 1, t0, t0, t1), addi(a0, a0, 1), spin});
  EXPECT_EQ(bench.core.run({100, 2}), Stop::limit);
  EXPECT_EQ(bench.core.instructions(), 2u);
  EXPECT_EQ(bench.core.cycles(), 34u);
  EXPECT_EQ(bench.core.run({100, 1}), Stop::limit);
  EXPECT_EQ(bench.core.cycles(), 35u);
}

TEST(Rv32Core, ABusAccessIsMadeAtItsTimeAndWhatItWaitsIsCounted) {
  Bench bench({lui(s0, 0x10000000), lw(a0, s0, 4), sw(a0, s0, 8), spin});
  bench.bus.value = 0x1234;
  bench.bus.wait = 20;
  bench.run(3);
  ASSERT_EQ(bench.bus.accesses.size(), 2u);
  EXPECT_EQ(bench.bus.accesses[0].address, 0x10000004u);
  EXPECT_EQ(bench.bus.accesses[0].at, 1u);
  EXPECT_EQ(bench.bus.accesses[1].value, 0x1234u);
  EXPECT_EQ(bench.bus.accesses[1].at, 1u + 2 + 20);  // the load and its use, and what it waited
  EXPECT_EQ(bench.core.cycles(), 1u + 2 + 20 + 1 + 20);
}

TEST(Rv32Core, ABusErrorIsAPreciseTrap) {
  Bench bench({addi(a0, 0, 7), lw(a0, 0, 4), spin});
  bench.core.write_csr(csr::mtvec, ram + 0x100);
  bench.core.poke(ram + 0x100, &spin, 4);
  bench.run(2);
  std::uint32_t mepc = 0, mcause = 0;
  bench.core.read_csr(csr::mepc, mepc);
  bench.core.read_csr(csr::mcause, mcause);
  EXPECT_EQ(mepc, ram + 4);
  EXPECT_EQ(mcause, 5u);
  EXPECT_EQ(bench.core.reg(a0), 7u);
}

TEST(Rv32Core, AnInterruptRaisedByAStoreIsTakenBeforeTheNextInstruction) {
  Bench bench({lui(s0, 0x10000000), sw(0, s0, 0), addi(a0, a0, 1), spin});
  bench.core.write_csr(csr::mtvec, ram + 0x100);
  bench.core.write_csr(csr::mie, 1u << 11);
  bench.core.write_csr(csr::mstatus, csr::mstatus_mie);
  bench.core.poke(ram + 0x100, &spin, 4);
  bench.bus.raises_external = true;
  bench.run(4);
  EXPECT_EQ(bench.core.reg(a0), 0u);
  EXPECT_EQ(bench.core.pc(), ram + 0x100);
}

TEST(Rv32Core, AWaitEndsWhenSomethingEnabledIsPending) {
  Bench bench({wfi, addi(a0, a0, 1), spin});
  bench.core.write_csr(csr::mie, 1u << 7);
  EXPECT_EQ(bench.run(10), Stop::wait);
  EXPECT_EQ(bench.core.instructions(), 1u);
  bench.core.set_interrupt(Interrupt::software, true);
  EXPECT_EQ(bench.run(10), Stop::wait);
  bench.core.advance(1000);
  bench.core.set_interrupt(Interrupt::timer, true);
  EXPECT_EQ(bench.run(1), Stop::limit);
  EXPECT_EQ(bench.core.reg(a0), 1u);
  EXPECT_EQ(bench.core.cycles(), 1002u);
}

TEST(Rv32Core, ATrapHandlerThatTrapsIsALockup) {
  Bench bench({0, spin});
  EXPECT_EQ(bench.run(100), Stop::lockup);
  EXPECT_LE(bench.core.instructions(), 1u);
}

TEST(Rv32Core, ABreakpointStopsBeforeItsInstructionAndChangesNoCount) {
  Bench plain({addi(a0, a0, 1), addi(a0, a0, 1), addi(a0, a0, 1), jal(0, -12)});
  Bench bench({addi(a0, a0, 1), addi(a0, a0, 1), addi(a0, a0, 1), jal(0, -12)});
  bench.core.set_breakpoint(ram + 4);
  for (unsigned round = 0; round < 3; ++round) {
    EXPECT_EQ(bench.run(1000), Stop::breakpoint);
    EXPECT_EQ(bench.core.pc(), ram + 4);
    EXPECT_EQ(bench.core.instructions(), 4 * round + 1);
  }
  bench.core.clear_breakpoint(ram + 4);
  plain.run(100);
  bench.run(100 - bench.core.instructions());
  EXPECT_EQ(bench.core.cycles(), plain.core.cycles());
  EXPECT_EQ(bench.core.reg(a0), plain.core.reg(a0));
}

TEST(Rv32Core, AnInterruptBeforeABreakpointsInstructionPassesNoOtherBreakpoint) {
  Bench bench({addi(a0, a0, 1), spin});
  bench.core.poke(ram + 0x100, &spin, 4);
  bench.core.write_csr(csr::mtvec, ram + 0x100);
  bench.core.write_csr(csr::mie, 1u << 7);
  bench.core.write_csr(csr::mstatus, csr::mstatus_mie);
  bench.core.set_breakpoint(ram);
  bench.core.set_breakpoint(ram + 0x100);
  EXPECT_EQ(bench.run(10), Stop::breakpoint);
  bench.core.set_interrupt(Interrupt::timer, true);
  EXPECT_EQ(bench.run(10), Stop::breakpoint);
  EXPECT_EQ(bench.core.pc(), ram + 0x100);
  EXPECT_EQ(bench.core.instructions(), 0u);
}

TEST(Rv32Core, AWatchedStoreStopsBehindIt) {
  Bench bench({lui(s0, ram), sw(s0, s0, 0x200), sw(s0, s0, 0x204), addi(a0, a0, 1), spin});
  bench.core.watch_stores(ram + 0x204, 4);
  EXPECT_EQ(bench.run(100), Stop::watched);
  EXPECT_EQ(bench.core.pc(), ram + 12);
  bench.core.unwatch_stores(ram + 0x204, 4);
  bench.core.set_pc(ram);
  EXPECT_EQ(bench.run(100), Stop::limit);
}

TEST(Rv32Core, MemoryWrittenFromOutsideIsDecodedAnew) {
  Bench bench({addi(a0, a0, 1), jal(0, -4)});
  bench.run(10);
  const std::uint32_t other = addi(a0, a0, 100);
  bench.core.poke(ram, &other, 4);
  bench.run(2);
  EXPECT_EQ(bench.core.reg(a0), 105u);
}

TEST(Rv32Core, ProgramsOutsideItsMemoryAreFetchedInstructionByInstruction) {
  Bench bench({lui(s0, 0x20000000), jalr(0, s0, 0)});
  bench.bus.value = addi(a0, a0, 1);
  bench.bus.wait = 9;
  bench.run(5);
  EXPECT_EQ(bench.core.reg(a0), 3u);
  EXPECT_EQ(bench.bus.accesses.size(), 3u);
  EXPECT_EQ(bench.core.cycles(), 1u + 3 + 3 * (9 + 1));
}

TEST(Rv32Core, SlowMemoryCostsWhatItsWindowSays) {
  NotingBus bus;
  alignas(16) std::uint8_t fast[64] = {}, slow[64] = {};
  const std::uint32_t code[] = {lw(a0, s0, 0), sw(a0, s0, 4), spin};
  std::copy_n(reinterpret_cast<const std::uint8_t*>(code), sizeof(code), fast);
  CoreConfig config = Bench::config_of({});
  Core core(config, {{ram, 64, fast}, {0x90000000, 64, slow, 0, 10, true}}, bus);
  bus.core = &core;
  core.set_reg(s0, 0x90000000);
  core.run({2});
  EXPECT_EQ(core.cycles(), 2u + 10 + 1 + 10);
  // A limit inside the wait ends the run behind the load.
  core.set_pc(ram);
  core.run({100, 5});
  EXPECT_EQ(core.pc(), ram + 4);
}

TEST(Rv32Core, ImpossibleWindowsAndTablesAreRefused) {
  NotingBus bus;
  std::uint8_t memory[64];
  EXPECT_THROW(Core({}, {{8, 64, memory}}, bus), std::invalid_argument);
  EXPECT_THROW(Core({}, {{0xfffffff0, 64, memory}}, bus), std::invalid_argument);
  CoreConfig config;
  config.cycles.alu = 0;
  EXPECT_THROW(Core(config, {}, bus), std::invalid_argument);
}

}  // namespace
}  // namespace takt::rv32::test
