// A core under a debugger whose other end is a script: halting, points, time, and who goes when.
#include "sim/gdb/debugger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "sim/bare/machine.h"
#include "sim/gdb/hex.h"
#include "sim/gdb/registers.h"
#include "tests/cpu/rv32/assemble.h"
#include "tests/cpu/rv32/console.h"
#include "tests/cpu/rv32/stream.h"
#include "tests/gdb/fake_target.h"

namespace takt::gdb::test {
namespace {

using rv32::Debuggee;
using namespace rv32::test;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::uint32_t s0 = 8, a0 = 10, origin = bare::Machine::ram_base;

// Sends a script's packets one after the other, and goes at its end; Ctrl-C is there while the program runs.
class Script : public Connection {
 public:
  explicit Script(std::vector<std::string> packets) : left_(packets.begin(), packets.end()) {}

  void open() override { opened = true; }
  std::string receive() override {
    if (left_.empty()) return "";
    const std::string next = left_.front();
    left_.pop_front();
    return next == ctrl_c ? next : packet(next);
  }
  bool ready() override { return !left_.empty() && left_.front() == ctrl_c; }
  void send(std::string_view bytes) override { sent += bytes; }

  static inline const std::string ctrl_c = "\x03";
  bool opened = false;
  std::string sent;

 private:
  std::deque<std::string> left_;
};

struct Told {
  bare::Outcome outcome;
  std::vector<std::string> replies;  // payloads
  std::string out;
};

std::vector<std::string> payloads(const std::string& sent) {
  std::vector<std::string> all;
  for (std::size_t at = sent.find('$'); at != sent.npos; at = sent.find('$', at)) {
    const std::size_t end = sent.find('#', at);
    all.push_back(sent.substr(at + 1, end - at - 1));
    at = end;
  }
  return all;
}

traces::ElfImage program_of(std::initializer_list<std::uint32_t> code) {
  std::string bytes;
  for (const std::uint32_t word : code) bytes.append(reinterpret_cast<const char*>(&word), 4);
  return traces::parse_elf(elf_of(origin, bytes), "program");
}

Told run(const traces::ElfImage& program, std::vector<std::string> packets) {
  auto script = std::make_unique<Script>(std::move(packets));
  Script& connection = *script;
  Debugger debugger(std::move(script));
  Console console;
  bare::MachineOptions options;
  options.ram_bytes = 1u << 20;
  options.max_instructions = 1u << 24;
  options.debugger = &debugger;
  bare::Machine machine(program, "program", options, console);
  Told told;
  told.outcome = machine.run();
  debugger.ended(static_cast<std::uint8_t>(told.outcome.code));
  EXPECT_TRUE(connection.opened);
  told.replies = payloads(connection.sent);
  told.out = console.out;
  return told;
}

const traces::ElfImage counting = program_of({addi(a0, a0, 1), addi(a0, a0, 1), addi(a0, a0, 1), spin});
// SYS_EXIT_EXTENDED with code 7, its block behind it.
const traces::ElfImage exits_with_7 = program_of(
    {lui(11, origin), addi(11, 11, 0x20), addi(10, 0, 0x20), nop, 0x01f01013, ebreak, 0x40705013, nop, 0x20026, 7});

std::string pc_at(std::uint32_t pc) { return hex_of_word(pc); }

TEST(GdbDebugger, HoldsTheCoreBeforeItsFirstInstruction) {
  const Told told = run(counting, {"?", "p20", "k"});
  EXPECT_EQ(told.replies, (std::vector<std::string>{"T05thread:1;", pc_at(origin)}));
  EXPECT_EQ(told.outcome.ending, bare::Ending::killed);
  EXPECT_EQ(told.outcome.instructions, 0u);
}

TEST(GdbDebugger, WhoGoesWithoutAWordLeavesTheProgramRunning) {
  const Told told = run(exits_with_7, {"Z0,80000004,4"});
  EXPECT_EQ(told.outcome.ending, bare::Ending::exited);
  EXPECT_EQ(told.outcome.code, 7u);
}

TEST(GdbDebugger, WhoDetachesTakesItsPointsAlong) {
  const Told told = run(exits_with_7, {"Z0,80000004,4", "Z2,80000020,4", "D"});
  EXPECT_EQ(told.replies.back(), "OK");
  EXPECT_EQ(told.outcome.code, 7u);
}

TEST(GdbDebugger, SaysThatTheProgramEnded) {
  const Told told = run(exits_with_7, {"c"});
  EXPECT_EQ(told.replies, std::vector<std::string>{"W07"});
}

TEST(GdbDebugger, StepsOneInstructionEach) {
  const Told told = run(counting, {"s", "s", "p20", "pa", "vCont;s:1", "p20", "k"});
  EXPECT_EQ(told.replies, (std::vector<std::string>{"T05thread:1;", "T05thread:1;", pc_at(origin + 8), hex_of_word(2),
                                                    "T05thread:1;", pc_at(origin + 12)}));
  EXPECT_EQ(told.outcome.instructions, 3u);
}

TEST(GdbDebugger, StepsOverACallToTheHostAndIntoATrap) {
  EXPECT_EQ(run(exits_with_7, {"s", "s", "s", "s", "s", "s"}).replies.back(), "W07");
  const Told told = run(program_of({ecall, spin, spin}), {"P346=" + hex_of_word(origin + 8), "s", "p20", "p383", "k"});
  EXPECT_EQ(told.replies, (std::vector<std::string>{"OK", "T05thread:1;", pc_at(origin + 8), hex_of_word(11)}));
}

TEST(GdbDebugger, HaltsAtBreakpointsOfBothKinds) {
  const Told told = run(counting, {"Z0,80000004,4", "Z1,80000004,4", "Z1,80000008,4", "z0,80000004,4", "c", "p20",
                                   "z1,80000004,4", "c", "p20", "k"});
  EXPECT_EQ(told.replies, (std::vector<std::string>{"OK", "OK", "OK", "OK", "T05thread:1;", pc_at(origin + 4), "OK",
                                                    "T05thread:1;", pc_at(origin + 8)}));
}

TEST(GdbDebugger, HaltsBehindWatchedAccesses) {
  const traces::ElfImage program =
      program_of({lui(s0, origin), lw(a0, s0, 0x80), sw(a0, s0, 0x84), lw(a0, s0, 0x84), spin});
  const Told told =
      run(program, {"Z3,80000080,4", "Z2,80000084,4", "c", "c", "z2,80000084,4", "Z4,80000086,1", "c", "p20", "k"});
  EXPECT_EQ(told.replies,
            (std::vector<std::string>{"OK", "OK", "T05rwatch:80000080;thread:1;", "T05watch:80000084;thread:1;", "OK",
                                      "OK", "T05awatch:80000084;thread:1;", pc_at(origin + 16)}));
}

TEST(GdbDebugger, HaltsAtCtrlC) {
  const Told told = run(counting, {"c", Script::ctrl_c, "p20", "k"});
  EXPECT_EQ(told.replies, (std::vector<std::string>{"T02thread:1;", pc_at(origin + 12)}));
}

TEST(GdbDebugger, ShowsALockupBeforeTheRunEnds) {
  const Told told = run(program_of({0}), {"c", "p383", "c"});
  EXPECT_EQ(told.replies, (std::vector<std::string>{"T0bthread:1;", hex_of_word(1), "W00"}));
  EXPECT_EQ(told.outcome.ending, bare::Ending::lockup);
}

TEST(GdbDebugger, ReadsAndWritesMemoryAndRegistersOfTheMachine) {
  const Told told = run(
      counting, {"m80000001,6", "M80000080,3:010203", "m8000007f,5", "m200bff8,4", "m2000001,2", "M2000000,4:01000000",
                 "m800ffffe,8", "m0,4", "P20=10000080", "p20", "P100=00000000", "p41", "p1041", "k"});
  EXPECT_EQ(told.replies,
            (std::vector<std::string>{"051500130515", "OK", "0001020300", "00000000", "0000", "E02", "0000", "E02",
                                      "OK", pc_at(origin + 16), "E01", "E01", hex_of_word(3)}));
}

// A CSR's number is 65 more than its own; names as gdb knows them.
TEST(GdbDebugger, DescribesItsRegisters) {
  const std::string text = target_description();
  for (const char* part :
       {"<architecture>riscv:rv32</architecture>", "\"org.gnu.gdb.riscv.cpu\"", "\"org.gnu.gdb.riscv.csr\"",
        "name=\"sp\" bitsize=\"32\" regnum=\"2\" type=\"data_ptr\"", "name=\"pc\" bitsize=\"32\" regnum=\"32\"",
        "name=\"mstatus\" bitsize=\"32\" regnum=\"833\"", "name=\"mcause\" bitsize=\"32\" regnum=\"899\"",
        "name=\"priv\" bitsize=\"32\" regnum=\"4161\""})
    EXPECT_THAT(text, HasSubstr(part));
}

std::string monitor(const std::string& command) { return "qRcmd," + hex_of(command); }

TEST(GdbDebugger, AnswersMonitorCommands) {
  const Told told = run(counting, {"s", "s", monitor("instructions"), monitor("time"), monitor("state"),
                                   monitor("until x"), monitor("until 0"), monitor("reset"), "k"});
  ASSERT_EQ(told.replies.size(), 14u);
  const auto text = [&](unsigned n) { return *bytes_of(told.replies[2 + 2 * n].substr(1)); };
  EXPECT_EQ(text(0), "2 instructions, 2 cycles\n");
  EXPECT_EQ(text(1), "0.002000 us\n");  // a cycle is a nanosecond
  EXPECT_THAT(text(2), StartsWith("mode        machine, awake\ninterrupts  disabled by mstatus; pending: none;"));
  EXPECT_THAT(text(3), HasSubstr("found 'x', expected whole microseconds"));
  EXPECT_THAT(text(4), HasSubstr("that time is over"));
  EXPECT_THAT(text(5), StartsWith("no command 'reset'\nhelp "));
}

TEST(GdbDebugger, HaltsAtATimeThatWasAskedFor) {
  const Told told = run(counting, {monitor("until 5"), "c", monitor("time"), monitor("until 9"), "s", "s", "s",
                                   monitor("instructions"), "c", Script::ctrl_c, "k"});
  EXPECT_EQ(told.replies[1], "T05thread:1;");
  EXPECT_THAT(*bytes_of(told.replies[2].substr(1)), StartsWith("5.00"));
  EXPECT_EQ(told.replies.back(), "T02thread:1;");  // a step ended what the second one asked
}

TEST(GdbDebugger, HaltsAtATimeWithinASleep) {
  // mtimecmp = 100000 cycles: WFI sleeps until then.
  const traces::ElfImage program = program_of({lui(s0, 0x02004000), lui(a0, 100000 + 0x800), sw(0, s0, 4),
                                               sw(a0, s0, 0), addi(a0, 0, 0x80), csrrw(0, 0x304, a0), wfi, spin});
  const Told told = run(program, {monitor("until 50"), "c", monitor("time"), monitor("state"), "k"});
  EXPECT_EQ(told.replies[1], "T05thread:1;");
  EXPECT_EQ(*bytes_of(told.replies[2].substr(1)), "50.000000 us\n");
  EXPECT_THAT(*bytes_of(told.replies[4].substr(1)), StartsWith("mode        machine, asleep"));
}

// Steps and breakpoints everywhere.
TEST(GdbDebugger, ChangesNoResult) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const traces::ElfImage stream = traces::parse_elf(random_stream(seed, 200).elf, "stream");
    const Told plain = run(stream, {"c"});
    std::vector<std::string> packets = {"Z4,80000000,40000"};
    for (unsigned i = 0; i < 3000; ++i) packets.push_back(i % 3 == 0 ? "c" : "s");
    const Told debugged = run(stream, packets);
    EXPECT_EQ(debugged.out, plain.out);
    EXPECT_EQ(debugged.outcome.instructions, plain.outcome.instructions);
    EXPECT_EQ(debugged.outcome.cycles, plain.outcome.cycles);
  }
}

}  // namespace
}  // namespace takt::gdb::test
