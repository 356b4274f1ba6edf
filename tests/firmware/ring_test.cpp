// Malformed rings and slots, and back-pressure.
#include <gtest/gtest.h>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

struct BadSlot {
  const char* name;
  void (*spoil)(takt_job_slot&);
  std::uint32_t status;
};
void PrintTo(const BadSlot& bad, std::ostream* out) { *out << bad.name; }

struct BadRing {
  const char* name;
  void (*spoil)(takt_ring_header&);
};
void PrintTo(const BadRing& bad, std::ostream* out) { *out << bad.name; }

class MalformedSlot : public testing::TestWithParam<BadSlot> {};
class MalformedRing : public testing::TestWithParam<BadRing> {};

takt_job_slot& as_fence(takt_job_slot& slot, takt_slot_type type, std::uint64_t address) {
  slot.type = type;
  slot.fence_address = address;
  return slot;
}

const BadSlot kBadSlots[] = {
    {"UnknownType", [](takt_job_slot& s) { s.type = 4; }, TAKT_STATUS_BAD_SLOT},
    {"HugeType", [](takt_job_slot& s) { s.type = 0xffffffff; }, TAKT_STATUS_BAD_SLOT},
    {"Flags", [](takt_job_slot& s) { s.flags = 1; }, TAKT_STATUS_BAD_SLOT},
    {"Reserved", [](takt_job_slot& s) { s.reserved = 1u << 31; }, TAKT_STATUS_BAD_SLOT},
    {"NoSuchProgram", [](takt_job_slot& s) { s.program = 1; }, TAKT_STATUS_BAD_PROGRAM},
    {"ProgramOutOfRange", [](takt_job_slot& s) { s.program = TAKT_MAX_PROGRAMS; }, TAKT_STATUS_BAD_PROGRAM},
    {"HugeProgram", [](takt_job_slot& s) { s.program = 0xffffffff; }, TAKT_STATUS_BAD_PROGRAM},
    {"WaitWithoutFence", [](takt_job_slot& s) { as_fence(s, TAKT_SLOT_FENCE_WAIT, 0); }, TAKT_STATUS_BAD_SLOT},
    {"WaitMisaligned", [](takt_job_slot& s) { as_fence(s, TAKT_SLOT_FENCE_WAIT, kFence + 4); }, TAKT_STATUS_BAD_SLOT},
    {"SignalMisaligned", [](takt_job_slot& s) { as_fence(s, TAKT_SLOT_FENCE_SIGNAL, kFence + 1); },
     TAKT_STATUS_BAD_SLOT},
    {"SignalReserved", [](takt_job_slot& s) { as_fence(s, TAKT_SLOT_FENCE_SIGNAL, kFence).reserved = 1; },
     TAKT_STATUS_BAD_SLOT},
};

TEST_P(MalformedSlot, IsReportedInItsPlaceAndTheRingGoesOn) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  takt_job_slot bad = job(2, 0);
  GetParam().spoil(bad);
  bench.submit(1, job(1, 0));
  bench.submit(1, bad);
  bench.submit(1, job(3, 0));
  bench.run();
  EXPECT_EQ(bench.order(), (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(bench.record(2).status, GetParam().status);
  EXPECT_EQ(bench.record(3).status, TAKT_STATUS_OK);
  EXPECT_EQ(bench.firmware->counters().rejected, 1u);
}

INSTANTIATE_TEST_SUITE_P(Slots, MalformedSlot, testing::ValuesIn(kBadSlots),
                         [](const auto& instance) { return std::string(instance.param.name); });

const BadRing kBadRings[] = {
    {"Magic", [](takt_ring_header& h) { h.magic = 0; }},
    {"OneEntry", [](takt_ring_header& h) { h.entries = 1; }},
    {"NoEntries", [](takt_ring_header& h) { h.entries = 0; }},
    {"TooManyEntries", [](takt_ring_header& h) { h.entries = 4097; }},
    {"OtherEntries", [](takt_ring_header& h) { h.entries = 128; }},
    {"TailAtTheEnd", [](takt_ring_header& h) { h.tail = 64; }},
    {"HugeTail", [](takt_ring_header& h) { h.tail = 0xffffffff; }},
    {"HeadAtTheEnd", [](takt_ring_header& h) { h.head = 64; }},
    {"HeadMoved", [](takt_ring_header& h) { h.head += 1; }},
    {"Reserved0", [](takt_ring_header& h) { h.reserved0[5] = 1; }},
    {"Reserved1", [](takt_ring_header& h) { h.reserved1[0] = 1; }},
    {"Reserved2", [](takt_ring_header& h) { h.reserved2[2] = 1; }},
};

TEST_P(MalformedRing, StopsThatQueueOnly) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  bench.add_queue(2);
  bench.submit(1, job(1, 0));
  bench.settle();  // accepted while the ring was good
  auto header = bench.soc.get<takt_ring_header>(ring_of(1));
  GetParam().spoil(header);
  bench.soc.put(ring_of(1), header);
  bench.soc.ring_doorbells(1u << 1);
  bench.submit(2, job(3, 0));
  bench.run();
  EXPECT_EQ(bench.record(1).status, TAKT_STATUS_OK);
  EXPECT_EQ(bench.record(3).status, TAKT_STATUS_OK);
  const takt_completion& report = bench.record(0);
  EXPECT_EQ(report.queue, 1u);
  EXPECT_EQ(report.status, TAKT_STATUS_BAD_QUEUE);

  bench.soc.ring_doorbells(1u << 1);
  bench.submit(2, job(4, 0));
  bench.run();
  EXPECT_EQ(bench.order().size(), 4u);  // the stopped queue is reported once and stays silent
}

INSTANTIATE_TEST_SUITE_P(Rings, MalformedRing, testing::ValuesIn(kBadRings),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(CompletionRing, WhenFullHoldsRecordsAndLosesNone) {
  takt_boot_info info = boot_info("round-robin");
  Bench bench(info);
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  bench.add_queue(2);
  bench.hold_completions = true;
  for (std::uint64_t id = 1; id <= 100; ++id) {
    bench.submit(1, job(id, 0));
    bench.submit(2, job(1000 + id, 0));
  }
  // The ring takes 63 records; each queue then holds one finished job, and runs no further one.
  bench.run(5000);
  EXPECT_EQ(bench.firmware->counters().jobs_finished, 63u + 2u);
  bench.hold_completions = false;
  bench.soc.at(6000, [&] { bench.collect(); });
  bench.run();
  EXPECT_EQ(bench.order().size(), 200u);
  EXPECT_EQ(bench.firmware->counters().jobs_finished, 200u);
}

TEST(CompletionRing, WithAConsumerIndexOutOfRangeCountsAsFull) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  bench.hold_completions = true;
  bench.soc.put(kCompletionRing + offsetof(takt_ring_header, head), std::uint32_t{64});
  for (std::uint64_t id = 1; id <= 100; ++id) bench.submit(1, job(id, 0));
  bench.run(5000);
  // Two records of the set-up were consumed, so the index last seen may be older: at most 63 fit behind it.
  EXPECT_LE(bench.firmware->counters().jobs_finished, 64u);
  bench.soc.put(kCompletionRing + offsetof(takt_ring_header, head), std::uint32_t{2});
  bench.hold_completions = false;
  bench.run();
  EXPECT_EQ(bench.order().size(), 100u);
}

TEST(SubmissionRing, LeavesInTheRingWhatTheQueueCannotHold) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  for (std::uint64_t id = 1; id <= 40; ++id) bench.submit(1, job(id, 0));
  bench.settle();
  const auto header = bench.soc.get<takt_ring_header>(ring_of(1));
  EXPECT_EQ(header.tail, 40u);
  EXPECT_EQ(header.head, kQueueDepth);
  bench.run();
  EXPECT_EQ(bench.order().size(), 40u);
}

// Not the firmware: its HAL in the test's hands.
TEST(RingMonitor, AWordBehindARingIsNoticed) {
  Bench bench("fcfs", 8);
  bench.boot();
  bench.add_queue(1);
  ASSERT_TRUE(bench.soc.violations.empty());
  std::uint32_t word = 0;
  bench.hal.load({ring_of(1) + sizeof(takt_ring_header) + 8 * sizeof(takt_job_slot)}, &word, sizeof word);
  ASSERT_EQ(bench.soc.violations.size(), 1u);
  bench.hal.read(TAKT_MAILBOX_BASE + TAKT_MAILBOX_HOST_SET);
  EXPECT_GE(bench.soc.violations.size(), 2u);
}

}  // namespace
}  // namespace takt::firmware::test
