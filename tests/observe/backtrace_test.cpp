// The way back to the callers, on stacks that are laid out by hand and on those of compiled code.
#include "sim/observe/backtrace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/observe/program.h"

namespace takt::observe::test {
namespace {

// Stores of words at offsets from the stack's end, which sp (origin + 0x1000) is moved down from.
struct Stack {
  explicit Stack(const traces::ElfImage& image) : run(image, 1, nullptr), core(run.machine.debuggee().hart()) {}
  void put(std::uint32_t below_end, std::uint32_t value) { core.poke(end - below_end, &value, 4); }

  static constexpr std::uint32_t end = origin + 0x1000;
  Execution run;
  rv32::Core& core;
};

// main calls f and g, f calls g; each ends somewhere in its 0x10 bytes.
const traces::ElfImage calls = program(
    {
        nop, jal(ra, 0x0c), jal(ra, 0x18), nop,    // main: returns to 08 of f, to 0c of g
        nop, jal(ra, 0x0c), jalr(ra, a0, 0), nop,  // 10 f: returns to 18 of g, to 1c of whatever
        nop, nop, nop, nop,                        // 20 g
    },
    {{"main", 0, 0x10}, {"f", 0x10, 0x10}, {"g", 0x20, 0x10}});

std::vector<std::pair<std::uint32_t, bool>> found(const Backtrace& trace) {
  std::vector<std::pair<std::uint32_t, bool>> all;
  for (const Caller& caller : trace.callers) all.emplace_back(caller.pc - origin, caller.certain);
  return all;
}
using Callers = std::vector<std::pair<std::uint32_t, bool>>;

TEST(Backtrace, TakesCallsThatLeadToWhatWasFound) {
  Stack stack(calls);
  const SymbolTable symbols(calls);
  stack.core.set_reg(sp, Stack::end - 0x20);
  stack.core.set_reg(ra, origin + 0x18);  // g has not saved it
  stack.put(0x1c, 0x12345678);
  stack.put(0x18, origin + 0x14);  // in f, behind a nop: no call
  stack.put(0x10, origin + 0x08);
  const Backtrace trace = backtrace(stack.core, symbols, origin + 0x24);
  EXPECT_FALSE(trace.frame_pointers);
  EXPECT_EQ(found(trace), (Callers{{0x14, true}, {0x04, true}}));
}

TEST(Backtrace, MarksCallsThatLeadElsewhere) {
  Stack stack(calls);
  const SymbolTable symbols(calls);
  stack.core.set_reg(sp, Stack::end - 0x20);
  stack.core.set_reg(ra, 0);
  stack.put(0x1c, origin + 0x08);  // a call of f, left over: g cannot have come from it
  stack.put(0x14, origin + 0x0c);  // the call of g
  EXPECT_EQ(found(backtrace(stack.core, symbols, origin + 0x24)), (Callers{{0x04, false}, {0x08, true}}));
}

TEST(Backtrace, BelievesCallsThroughRegisters) {
  Stack stack(calls);
  const SymbolTable symbols(calls);
  stack.core.set_reg(sp, Stack::end - 0x10);
  stack.put(0x0c, origin + 0x1c);
  EXPECT_EQ(found(backtrace(stack.core, symbols, origin + 0x24)), (Callers{{0x18, true}}));
}

TEST(Backtrace, FollowsFramePointers) {
  Stack stack(calls);
  const SymbolTable symbols(calls);
  stack.core.set_reg(sp, Stack::end - 0x30);
  stack.core.set_reg(s0, Stack::end - 0x20);  // g's frame ends here
  stack.put(0x24, origin + 0x18);
  stack.put(0x28, Stack::end - 0x10);  // f's
  stack.put(0x2c, origin + 0x0c);      // a call left over, of which a look through the stack would speak
  stack.put(0x14, origin + 0x08);
  stack.put(0x18, 0);
  const Backtrace trace = backtrace(stack.core, symbols, origin + 0x24);
  EXPECT_TRUE(trace.frame_pointers);
  EXPECT_EQ(found(trace), (Callers{{0x14, true}, {0x04, true}}));
}

TEST(Backtrace, EndsInNonsense) {
  Stack stack(calls);
  const SymbolTable symbols(calls);
  for (const std::uint32_t value : {0u, 3u, origin + 0xfffc, ~0u}) {
    stack.core.set_reg(sp, value);
    stack.core.set_reg(s0, value);
    EXPECT_TRUE(backtrace(stack.core, symbols, value).callers.empty()) << value;
  }
}

// read_header, called by open_ring, called by serve, called by _start, loads from nowhere.
void expect_the_way_to_the_crash(const char* file, bool frame_pointers) {
  const std::string elf = std::string(TAKT_THIRD_PARTY_FIRMWARE) + "/" + file;
  if (!std::filesystem::exists(elf)) GTEST_SKIP() << "no RV32 compiler when this was built";
  const traces::ElfImage image = traces::read_elf(elf);
  const Execution run(image, 1000, nullptr);
  const SymbolTable symbols(image);
  ASSERT_EQ(run.outcome.mcause, 5u);  // load access fault
  const Backtrace trace = backtrace(run.machine.core(), symbols, run.outcome.mepc);
  EXPECT_EQ(trace.frame_pointers, frame_pointers);
  std::vector<std::string> names;
  for (const Caller& caller : trace.callers) {
    EXPECT_TRUE(caller.certain);
    names.push_back(symbols.function_at(caller.pc)->name);
  }
  EXPECT_THAT(names, testing::ElementsAre("open_ring", "serve", "_start"));
}

TEST(Backtrace, OfCompiledCode) { expect_the_way_to_the_crash("crash.elf", false); }
TEST(Backtrace, OfCompiledCodeWithFramePointers) { expect_the_way_to_the_crash("crash_frames.elf", true); }

}  // namespace
}  // namespace takt::observe::test
