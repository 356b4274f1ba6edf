// What a debugger needs of the core: points to stop at, steps, and that none of it changes what a program does.
#include <gtest/gtest.h>

#include <algorithm>

#include "models/units/random.h"
#include "sim/bare/machine.h"
#include "tests/cpu/rv32/assemble.h"
#include "tests/cpu/rv32/bench.h"
#include "tests/cpu/rv32/console.h"
#include "tests/cpu/rv32/stream.h"

namespace takt::rv32::test {
namespace {

constexpr std::uint32_t t0 = 5, s0 = 8, a0 = 10;
constexpr std::uint32_t amoadd = 0, lr = 2, sc = 3;

void expect_watched(Bench& bench, std::uint32_t address, std::uint32_t bytes, bool store) {
  EXPECT_EQ(bench.run(100), Stop::watched);
  EXPECT_EQ(bench.core.watched().address, address);
  EXPECT_EQ(bench.core.watched().bytes, bytes);
  EXPECT_EQ(bench.core.watched().store, store);
}

TEST(Rv32Debug, AWatchedLoadStopsBehindItAndAStoreThereDoesNot) {
  Bench bench({lui(s0, ram), sw(s0, s0, 0x204), lw(a0, s0, 0x200), load(4, a0, s0, 0x206), addi(a0, a0, 1), spin});
  bench.core.watch_loads(ram + 0x204, 4);
  expect_watched(bench, ram + 0x206, 1, false);
  EXPECT_EQ(bench.core.pc(), ram + 16);
  EXPECT_EQ(bench.core.reg(a0), 0u);
  EXPECT_EQ(bench.core.instructions(), 4u);
  bench.core.unwatch_loads(ram + 0x204, 4);
  bench.core.set_pc(ram);
  EXPECT_EQ(bench.run(100), Stop::limit);
}

TEST(Rv32Debug, RegistersBehindTheBusAreWatchedToo) {
  Bench bench({lui(s0, 0x10000000), lw(a0, s0, 4), sw(a0, s0, 4), sw(a0, s0, 8), spin});
  bench.core.watch_loads(0x10000004, 4);
  bench.core.watch_stores(0x10000008, 4);
  expect_watched(bench, 0x10000004, 4, false);
  EXPECT_EQ(bench.core.pc(), ram + 8);
  expect_watched(bench, 0x10000008, 4, true);
  EXPECT_EQ(bench.core.pc(), ram + 16);
}

TEST(Rv32Debug, AnAtomicOperationLoadsAndStores) {
  Bench bench({lui(s0, ram), addi(s0, s0, 0x200), amo(amoadd, a0, s0, s0), amo(lr, a0, s0, 0), amo(sc, t0, s0, a0),
               amo(sc, t0, s0, a0), spin});
  bench.core.watch_loads(ram + 0x200, 1);
  expect_watched(bench, ram + 0x200, 4, false);
  EXPECT_EQ(bench.core.pc(), ram + 12);
  bench.core.unwatch_loads(ram + 0x200, 1);
  bench.core.watch_stores(ram + 0x200, 1);
  expect_watched(bench, ram + 0x200, 4, true);  // the first SC; the second fails and stores nothing
  EXPECT_EQ(bench.core.pc(), ram + 20);
  EXPECT_EQ(bench.run(100), Stop::limit);
}

TEST(Rv32Debug, AnAccessThatTrapsIsNotMade) {
  Bench bench({lui(s0, 0x10000000), lw(a0, s0, 1), spin});
  bench.core.write_csr(csr::mtvec, ram + 0x100);
  bench.core.poke(ram + 0x100, &spin, 4);
  bench.core.watch_loads(0x10000000, 8);
  EXPECT_EQ(bench.run(100), Stop::limit);
}

TEST(Rv32Debug, ARangeWatchedTwiceIsUnwatchedOnceOnly) {
  Bench bench({lui(s0, ram), sw(s0, s0, 0x204), spin});
  bench.core.watch_stores(ram + 0x204, 4);
  bench.core.watch_stores(ram + 0x204, 4);
  bench.core.unwatch_stores(ram + 0x204, 4);
  EXPECT_EQ(bench.run(100), Stop::watched);
}

TEST(Rv32Debug, ARangeThatBeginsBeforeTheMemoryIsWatchedWithin) {
  Bench bench({lui(s0, ram), addi(s0, s0, 0x7fc), sw(a0, s0, -0x7fc), spin});
  bench.core.watch_stores(ram - 8, 12);
  expect_watched(bench, ram, 4, true);
}

TEST(Rv32Debug, BreakpointsWorkInProgramsBehindTheBus) {
  Bench bench({lui(s0, 0x20000000), jalr(0, s0, 0)});
  bench.bus.value = addi(a0, a0, 1);
  bench.core.set_breakpoint(0x20000008);
  EXPECT_EQ(bench.run(100), Stop::breakpoint);
  EXPECT_EQ(bench.core.pc(), 0x20000008u);
  EXPECT_EQ(bench.core.reg(a0), 2u);
  EXPECT_EQ(bench.run(3), Stop::limit);
  EXPECT_EQ(bench.core.reg(a0), 5u);
}

// As a debugger's single step has it (RISC-V External Debug Support 0.13, section 4.4).
TEST(Rv32Debug, ARunThatIsToEndAtATrapEndsBeforeTheHandlersFirstInstruction) {
  Bench bench({addi(a0, a0, 1), ecall, spin});
  bench.core.write_csr(csr::mtvec, ram + 0x100);
  bench.core.poke(ram + 0x100, &spin, 4);
  RunLimit limit;
  limit.instructions = 100;
  limit.trap = true;
  EXPECT_EQ(bench.core.run(limit), Stop::trap);
  EXPECT_EQ(bench.core.pc(), ram + 0x100);
  EXPECT_EQ(bench.core.instructions(), 1u);
  EXPECT_EQ(bench.core.run(limit), Stop::limit);
  bench.core.write_csr(csr::mie, 1u << 7);
  bench.core.write_csr(csr::mstatus, csr::mstatus_mie);
  bench.core.set_interrupt(Interrupt::timer, true);
  EXPECT_EQ(bench.core.run(limit), Stop::trap);
}

// Steps, runs a little, and puts points anywhere, at random.
class Meddler : public Debugger {
 public:
  explicit Meddler(std::uint64_t seed) : random_(seed) {}

  bool start(Debuggee& debuggee) override {
    debuggee_ = &debuggee;
    return true;
  }
  RunLimit limit(const RunLimit& wanted) override {
    RunLimit limit = wanted;
    limit.instructions = std::min<std::uint64_t>(limit.instructions, 1 + below(20));
    limit.cycles = std::min<std::uint64_t>(limit.cycles, 1 + below(50));
    limit.trap = below(2) == 0;
    return limit;
  }
  bool stopped(Stop why) override {
    stops += why == Stop::breakpoint || why == Stop::trap;
    watched += why == Stop::watched;
    Core& core = debuggee_->hart();
    const std::uint32_t code = core.pc() + 2 * below(8), data = core.reg(below(32)) + below(64);
    if (below(2) == 0) return true;
    below(2) == 0 ? core.set_breakpoint(code) : core.clear_breakpoint(code);
    below(2) == 0 ? core.watch_loads(data, 8) : core.unwatch_loads(last_, 8);
    core.watch_stores(data, 8);
    if (below(4) != 0) core.unwatch_stores(last_, 8);
    last_ = data;
    return true;
  }

  unsigned stops = 0, watched = 0;

 private:
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_.below(n)); }

  units::Random random_;
  Debuggee* debuggee_ = nullptr;
  std::uint32_t last_ = 0;
};

struct Result {
  std::string out;
  bare::Outcome outcome;
};

Result run(const traces::ElfImage& program, Debugger* debugger) {
  Console console;
  bare::MachineOptions options;
  options.ram_bytes = 1u << 20;
  options.debugger = debugger;
  bare::Machine machine(program, "program", options, console);
  const bare::Outcome outcome = machine.run();
  return {console.out, outcome};
}

TEST(Rv32Debug, ADebuggerChangesNoResult) {
  unsigned stops = 0, watched = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const traces::ElfImage stream = traces::parse_elf(random_stream(seed, 400).elf, "stream");
    const Result plain = run(stream, nullptr);
    Meddler meddler(seed);
    const Result debugged = run(stream, &meddler);
    EXPECT_EQ(debugged.out, plain.out) << seed;
    EXPECT_EQ(debugged.outcome.code, plain.outcome.code);
    EXPECT_EQ(debugged.outcome.instructions, plain.outcome.instructions) << seed;
    EXPECT_EQ(debugged.outcome.cycles, plain.outcome.cycles) << seed;
    stops += meddler.stops;
    watched += meddler.watched;
  }
  EXPECT_GT(stops, 100u);
  EXPECT_GT(watched, 100u);
}

}  // namespace
}  // namespace takt::rv32::test
