// Jobs through rings. Names after the execution tests of a published NPU driver (Exec.Jobs65, Exec.Jobs133).
#include <gtest/gtest.h>

#include <numeric>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

std::vector<std::uint64_t> count_from(std::uint64_t first, std::size_t count) {
  std::vector<std::uint64_t> ids(count);
  std::iota(ids.begin(), ids.end(), first);
  return ids;
}

// A 64-entry ring holds 63 slots: 65 and 133 jobs wrap it once and twice.
void expect_in_order(std::size_t jobs) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  for (std::uint64_t id = 1; id <= jobs; ++id) bench.submit(1, job(id, 0));
  bench.run();
  EXPECT_EQ(bench.order(), count_from(1, jobs));
  EXPECT_EQ(bench.soc.now, jobs * 10);  // back to back: the fake charges the firmware no time
  EXPECT_EQ(bench.firmware->counters().jobs_finished, jobs);
}

TEST(Exec, Job1) { expect_in_order(1); }
TEST(Exec, Jobs65) { expect_in_order(65); }
TEST(Exec, Jobs133) { expect_in_order(133); }

// Sizes whose ends fall inside the kernel's batches of slots.
TEST(Exec, RingsOfAnySizeWrap) {
  for (const std::uint32_t entries : {2u, 3u, 7u, 13u, 4096u}) {
    Bench bench("fcfs", entries);
    bench.boot();
    bench.add_program(0, 10);
    bench.add_queue(1);
    for (std::uint64_t id = 1; id <= 40; ++id) bench.submit(1, job(id, 0));
    bench.run();
    EXPECT_EQ(bench.order(), count_from(1, 40)) << entries;
  }
}

TEST(Exec, RecordCarriesItsTimes) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 40);
  bench.add_program(1, 7);
  bench.add_queue(1);
  bench.add_queue(2);
  bench.submit_at(100, 1, job(1, 0));
  bench.submit_at(110, 2, job(2, 1));
  bench.run();
  const takt_completion& first = bench.record(1);
  EXPECT_EQ(first.accepted_ticks, 100u);
  EXPECT_EQ(first.started_ticks, 100u);
  EXPECT_EQ(first.finished_ticks, 140u);
  const takt_completion& second = bench.record(2);
  EXPECT_EQ(second.queue, 2u);
  EXPECT_EQ(second.status, TAKT_STATUS_OK);
  EXPECT_EQ(second.accepted_ticks, 110u);
  EXPECT_EQ(second.started_ticks, 140u);
  EXPECT_EQ(second.finished_ticks, 147u);
  EXPECT_EQ(second.preemptions, 0u);
}

TEST(Exec, HardwareQueueLearnsContextBandAndParameters) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(3, TAKT_BAND_FOCUS);
  bench.submit(3, job(0x1'0000'0007, 0));
  bench.run();
  EXPECT_EQ(bench.record(0x1'0000'0007).status, TAKT_STATUS_OK);
  EXPECT_EQ(bench.soc.last_context, 103u);
  EXPECT_EQ(bench.soc.last_qos, std::uint32_t{TAKT_BAND_FOCUS});
}

// Queues 1 and 3 share a hardware queue, of which the bench has two.
TEST(Exec, HardwareQueueLearnsWindowsWhereTheyChange) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  for (const std::uint32_t id : {1u, 3u}) {
    bench.make_ring(ring_of(id), 64);
    takt_create_queue_slot slot = create_queue(0x2000 + id, id, TAKT_BAND_NORMAL);
    slot.windows = 0x1'0000'0000 * id + 0x40;
    ASSERT_EQ(bench.control(as_slot(slot)), TAKT_STATUS_OK);
  }
  const auto run = [&](std::uint32_t queue, std::uint64_t id) {
    bench.submit(queue, job(id, 0));
    bench.run();
    EXPECT_EQ(bench.soc.last_windows, 0x1'0000'0000 * queue + 0x40);
    return bench.soc.window_writes;
  };
  EXPECT_EQ(run(1, 1), 2u);
  EXPECT_EQ(run(1, 2), 2u) << "known";
  EXPECT_EQ(run(3, 3), 4u);
  EXPECT_EQ(run(1, 4), 6u);
}

TEST(Exec, OneHostInterruptForAllRecordsOfAnIteration) {
  Bench bench;
  bench.boot();
  bench.add_queue(1);
  const std::uint32_t before = bench.soc.host_interrupts;
  for (std::uint64_t id = 1; id <= 5; ++id) bench.submit(1, job(id, 9));  // refused: no such program
  bench.run();
  EXPECT_EQ(bench.order().size(), 5u);
  EXPECT_EQ(bench.soc.host_interrupts, before + 1);
}

TEST(Exec, SubmissionsInsideARun) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  for (std::uint64_t id = 1; id <= 40; ++id) bench.submit_at(100 + id * 3, 1, job(id, 0));
  bench.run();
  EXPECT_EQ(bench.order(), count_from(1, 40));
  EXPECT_EQ(bench.soc.now, 103u + 40 * 10);
}

TEST(Exec, NopLeavesNoRecordAndHoldsNothingUp) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  takt_job_slot nop = job(1, 0);
  nop.type = TAKT_SLOT_NOP;
  for (int i = 0; i < 100; ++i) bench.submit(1, nop);
  bench.submit(1, job(2, 0));
  bench.run();
  EXPECT_EQ(bench.order(), std::vector<std::uint64_t>{2});
}

TEST(Exec, AFaultEndsThatJobAlone) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  bench.soc.mishaps[2].fault = true;
  bench.soc.mishaps[2].fault_status = TAKT_STATUS_UNSUPPORTED;
  bench.soc.mishaps[2].fault_word = TAKT_ENGINE_VECTOR << 24 | 17;
  bench.soc.mishaps[3].fault = true;  // faulted, yet its status reads OK
  for (std::uint64_t id = 1; id <= 4; ++id) bench.submit(1, job(id, 0));
  bench.run();
  EXPECT_EQ(bench.order(), count_from(1, 4));
  EXPECT_EQ(bench.record(1).status, TAKT_STATUS_OK);
  EXPECT_EQ(bench.record(2).status, TAKT_STATUS_UNSUPPORTED);
  EXPECT_EQ(bench.record(2).fault_command, 17u);
  EXPECT_EQ(bench.record(3).status, TAKT_STATUS_BAD_COMMAND);
  EXPECT_EQ(bench.record(4).status, TAKT_STATUS_OK);
}

TEST(Exec, LogTellsTheStoryOfAJob) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  bench.submit(1, job(5, 0));
  bench.submit(1, job(6, 99));
  bench.run();
  EXPECT_EQ(bench.events(5), (std::vector<LogEvent>{LogEvent::Accepted, LogEvent::Dispatched, LogEvent::Completed}));
  EXPECT_EQ(bench.events(6), std::vector<LogEvent>{LogEvent::Rejected});
}

TEST(Doorbell, OfAQueueThatDoesNotExistIsCounted) {
  Bench bench;
  bench.boot();
  bench.settle();
  bench.soc.ring_doorbells(1u << 31 | 1u << 2);
  bench.run();
  EXPECT_EQ(bench.firmware->counters().unknown_doorbells, 2u);
}

TEST(Doorbell, RungBeforeTheQueueExistsIsNotLost) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.make_ring(ring_of(1), 64);
  bench.submit(1, job(1, 0));
  bench.settle();
  EXPECT_EQ(bench.control(as_slot(create_queue(9, 1, TAKT_BAND_NORMAL))), TAKT_STATUS_OK);
  bench.run();
  EXPECT_EQ(bench.order(), std::vector<std::uint64_t>{1});
}

TEST(Doorbell, RungWhileAnotherIsAcknowledgedIsNotLost) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  bench.add_queue(2);
  bench.settle();
  bench.soc.after_doorbell_read = [&] { bench.submit(2, job(2, 0)); };
  bench.submit(1, job(1, 0));
  bench.run();
  EXPECT_EQ(bench.order(), (std::vector<std::uint64_t>{1, 2}));
}

TEST(Doorbell, RungTwiceAcceptsOnce) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  bench.submit(1, job(1, 0));
  bench.settle();
  bench.soc.ring_doorbells(1u << 1);
  bench.run();
  EXPECT_EQ(bench.order(), std::vector<std::uint64_t>{1});
}

TEST(Interrupts, ASpuriousStopIsCountedAndChangesNothing) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);  // on hardware queue 0 of two
  bench.submit_at(100, 1, job(1, 0));
  bench.soc.at(105, [&] { bench.soc.raise_engine_interrupt(0); });
  bench.soc.at(106, [&] { bench.soc.raise_engine_interrupt(1); });
  bench.soc.at(200, [&] { bench.soc.raise_engine_interrupt(0); });
  bench.run();
  EXPECT_EQ(bench.record(1).finished_ticks, 110u);
  EXPECT_EQ(bench.firmware->counters().spurious_interrupts, 3u);
}

}  // namespace
}  // namespace takt::firmware::test
