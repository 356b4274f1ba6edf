#include "sim/observe/dump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/cpu/rv32/csr.h"
#include "sim/observe/cause.h"
#include "sim/observe/firmware_log.h"
#include "tests/observe/program.h"

namespace takt::observe::test {
namespace {

using testing::HasSubstr;
using testing::Not;

// Names as in the Privileged Architecture's table 3.6.
TEST(Cause, IsSaidInWords) {
  EXPECT_EQ(describe_cause(5, 0x50000010), "load access fault at 0x50000010");
  EXPECT_EQ(describe_cause(7, 0), "store or atomic access fault at 0x00000000");
  EXPECT_EQ(describe_cause(0, 2), "instruction address misaligned at 0x00000002");
  EXPECT_EQ(describe_cause(2, 0xffffffff), "illegal instruction 0xffffffff");
  EXPECT_EQ(describe_cause(11, 0), "environment call from machine mode");
  EXPECT_EQ(describe_cause(24, 0), "exception 24");
  EXPECT_EQ(describe_cause(0x80000007, 0), "machine timer interrupt");
  EXPECT_EQ(describe_cause(0x80000010, 0), "interrupt 16");
}

TEST(Dump, SaysWhereTheProgramFailed) {
  const traces::ElfImage image = program(
      {
          addi(a0, 0, 0x7b),  // 00 main
          jal(ra, 8),         // 04
          nop, ecall,         // 08; 0c f
      },
      {{"main", 0, 0xc}, {"f", 0xc, 4}});
  Execution run(image, 10, nullptr);
  const SymbolTable symbols(image);
  const std::string text = dump(run.machine.debuggee(), symbols, image, {});
  // 1 + 2 cycles, and 4 of each of two traps. The second is that of the fetch from address 0, where no handler is.
  EXPECT_THAT(text, HasSubstr("the control processor at 0.011000 us, after 2 instructions in 11 cycles\n"
                              "  pc         0x00000000\n"
                              "  last trap  instruction access fault at 0x00000000 (mcause 0x1, mtval 0x0)\n"
                              "  mepc       0x00000000\n"));
  EXPECT_THAT(text, HasSubstr("  ra   80000008   sp   00000000"));
  EXPECT_THAT(text, HasSubstr("a0   0000007b"));
  EXPECT_THAT(text, HasSubstr("0x80000004  main+0x4\n"));
  EXPECT_THAT(text, HasSubstr("latest control transfers: not kept"));
  EXPECT_THAT(text, Not(HasSubstr("scheduling log")));
}

TEST(Dump, BeginsTheBacktraceAtTheTrapWhereTheHandlerSpins) {
  const traces::ElfImage image = program(
      {
          lui(t0, origin), addi(t0, t0, 0x18), csrrw(0, 0x305, t0),  // 00 main
          jal(ra, 4),                                                // 0c
          nop, lw(a0, 0, 0x10),                                      // 10 f
          spin,                                                      // 18 handler
      },
      {{"main", 0, 0x10}, {"f", 0x10, 8}, {"handler", 0x18, 4}});
  History history(2);
  Execution run(image, 20, &history);
  const SymbolTable symbols(image);
  DumpOptions options;
  options.history = &history;
  const std::string text = dump(run.machine.debuggee(), symbols, image, options);
  EXPECT_THAT(text, HasSubstr("pc         0x80000018  handler: jal zero,80000018\n"));
  EXPECT_THAT(text, HasSubstr("mepc       0x80000014  f+0x4: lw a0,16(zero)\n"));
  EXPECT_THAT(text, HasSubstr("last trap  load access fault at 0x00000010"));
  EXPECT_THAT(text, HasSubstr("may be left over)\n     0x80000014  f+0x4\n     0x8000000c  main+0xc\n"));
  // Cycles count as nanoseconds: 3 + 1 + 1 + 2 + 1 before the load, 4 of the trap; 15 jumps of 2.
  EXPECT_THAT(text, HasSubstr("  0.008000 us  trap 0x80000014  f+0x4 -> 0x80000018  handler\n"
                              "  0.040000 us  0x80000018  handler -> 0x80000018  handler  15 times\n"));
}

TEST(Dump, NamesTheRegisterOfAFault) {
  const traces::ElfImage image = program({spin}, {});
  Execution run(image, 2, nullptr);
  rv32::Core& core = run.machine.debuggee().hart();
  core.write_csr(rv32::csr::mcause, 7);
  core.write_csr(rv32::csr::mtval, 0x10030000);
  EXPECT_THAT(dump(run.machine.debuggee(), SymbolTable(image), image, {}),
              HasSubstr("last trap  store or atomic access fault at 0x10030000, SYSTEM.VERSION (mcause 0x7"));
}

// A ring of 2 records at 0x40, after 5 were written.
traces::ElfImage with_log() {
  traces::ElfImage image = program({spin}, {});
  image.symbols.push_back({"takt_log", origin + 0x40, 8 + 2 * 32, traces::ElfSymbol::Kind::object});
  return image;
}

void write_log(rv32::Core& core, std::uint32_t written) {
  const takt_log_header header = {written, 0};
  core.poke(origin + 0x40, &header, sizeof header);
  const takt_log_record records[] = {{1500, 7, TAKT_LOG_COMPLETED, 3, 0}, {250, 6, TAKT_LOG_DISPATCHED, 2, 0}};
  core.poke(origin + 0x48, records, sizeof records);
}

TEST(FirmwareLog, IsReadOldestFirst) {
  const traces::ElfImage image = with_log();
  Execution run(image, 1, nullptr);
  rv32::Core& core = run.machine.debuggee().hart();
  write_log(core, 5);  // the newest is record 4 % 2
  const FirmwareLog log = firmware_log(core, image);
  EXPECT_EQ(log.written, 5u);
  ASSERT_EQ(log.records.size(), 2u);
  EXPECT_EQ(log.records[0].job_id, 6u);
  EXPECT_EQ(log.records[1].job_id, 7u);
  write_log(core, 1);
  EXPECT_EQ(firmware_log(core, image).records.size(), 1u);
  EXPECT_THAT(dump(run.machine.debuggee(), SymbolTable(image), image, {}),
              HasSubstr("scheduling log, the latest 1 of 1 records\n"
                        "  1.500000 us  completed          queue 3 job 7\n"));
}

TEST(FirmwareLog, IsEmptyWhereTheProgramHasNone) {
  traces::ElfImage image = with_log();
  Execution run(image, 1, nullptr);
  rv32::Core& core = run.machine.debuggee().hart();
  write_log(core, 5);
  image.symbols.back().bytes = 8;  // no room for a record
  EXPECT_TRUE(firmware_log(core, image).records.empty());
  image.symbols.back().bytes = 8 + 2 * 32;
  image.symbols.back().value = 0x1000;  // not in memory
  EXPECT_TRUE(firmware_log(core, image).records.empty());
  image.symbols.back().value = origin + 0xffc0;  // ends behind the memory
  EXPECT_TRUE(firmware_log(core, image).records.empty());
  image.symbols.clear();
  EXPECT_TRUE(firmware_log(core, image).records.empty());
}

TEST(FirmwareLog, NamesEvents) {
  EXPECT_EQ(log_event_name(TAKT_LOG_PREEMPTED), "preempted");
  EXPECT_EQ(log_event_name(TAKT_LOG_KILLED), "killed");
  EXPECT_EQ(log_event_name(99), "event 99");
}

}  // namespace
}  // namespace takt::observe::test
