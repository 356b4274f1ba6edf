// Requests about the firmware itself: interrupts of the host, the engines, telemetry, test hooks. A tick is a
// microsecond; the firmware takes no time.
#include <gtest/gtest.h>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

constexpr std::uint64_t kArea = kDram + 0xd9000;
constexpr std::uint64_t kRequest = 0x9000;

takt_service_slot request(std::uint32_t type) {
  takt_service_slot slot{};
  slot.type = type;
  slot.job_id = kRequest + type;
  return slot;
}

takt_service_slot with_area(std::uint32_t type, std::uint32_t bytes) {
  takt_service_slot slot = request(type);
  slot.address = kArea;
  slot.bytes = bytes;
  return slot;
}

takt_service_slot fault(takt_fault kind, std::uint32_t times) {
  takt_service_slot slot = request(TAKT_SLOT_INJECT_FAULT);
  slot.value = kind;
  slot.count = times;
  return slot;
}

takt_boot_info with_async() {
  takt_boot_info info = boot_info("fcfs");
  info.async_ring = ring_of(TAKT_ASYNC_QUEUE);
  info.job_timeout_us = 400;
  return info;
}

// Programs 0 of 100 ticks with three cuts, 1 of 100 ticks without; queues 1 and 2.
class Service : public testing::Test {
 protected:
  Service() : bench(with_async()) {
    bench.boot();
    bench.add_program(0, 100, 3);
    bench.add_program(1, 100, 0);
    bench.add_queue(1);
    bench.add_queue(2);
    begin = bench.soc.now;
    bench.soc.host_interrupts = 0;
  }

  std::uint32_t ask(const takt_service_slot& slot) { return bench.control(as_slot(slot)); }
  void ask_at(std::uint64_t ticks, const takt_service_slot& slot, std::uint32_t channel = TAKT_CONTROL_QUEUE) {
    bench.submit_at(begin + ticks, channel, as_slot(slot));
  }
  const takt_completion& answer(std::uint32_t type) const {
    for (const takt_completion& record : bench.completions)
      if (record.job_id == kRequest + type) return record;
    static const takt_completion none{};
    ADD_FAILURE() << "no answer to request " << type;
    return none;
  }
  takt_telemetry_header head() { return bench.soc.get<takt_telemetry_header>(kArea); }
  template <typename Record>
  Record at(std::uint32_t n) {
    return bench.soc.get<Record>(kArea + sizeof(takt_telemetry_header) + n * sizeof(Record));
  }

  Bench bench;
  std::uint64_t begin = 0;
};

TEST_F(Service, ValuesOutOfRangeAndFieldsOfOtherTypesAreRefused) {
  const auto refused = [&](takt_service_slot slot, const char* what) {
    EXPECT_EQ(ask(slot), TAKT_STATUS_BAD_SLOT) << what;
  };
  takt_service_slot slot = request(TAKT_SLOT_SET_COALESCING);
  refused(slot, "no record to wait for");
  slot.count = 4097;
  refused(slot, "more records than a ring holds");
  slot.count = 1;
  slot.microseconds = 1000001;
  refused(slot, "more than a second");
  slot = request(TAKT_SLOT_QUERY_ENGINES);
  slot.value = 1;
  refused(slot, "a value that nobody reads");
  slot = with_area(TAKT_SLOT_SET_LOG, sizeof(takt_telemetry_header));
  refused(slot, "no room for a record");
  slot.bytes = 1024;
  slot.address += 4;
  refused(slot, "not aligned");
  slot = with_area(TAKT_SLOT_SET_LOG, 1024);
  slot.address = ~0ull - 7;
  refused(slot, "beyond the address space");
  slot = with_area(TAKT_SLOT_SET_METRICS, 1024);
  refused(slot, "no period");
  slot = fault(TAKT_FAULT_COUNT, 1);
  refused(slot, "no such fault");
  slot = fault(TAKT_FAULT_LOSE_DOORBELL, 0);
  refused(slot, "never");
  slot = request(TAKT_SLOT_SET_TEST_MODE);
  slot.value = 16;
  refused(slot, "no such mode");
  slot = request(TAKT_SLOT_SET_DUTY_CYCLE);
  slot.pause_us = 100;
  refused(slot, "no work at all");
  slot = request(TAKT_SLOT_SET_JOB_LIMIT + 1);
  refused(slot, "no such request");
  bench.submit(1, as_slot(request(TAKT_SLOT_QUERY_ENGINES)));
  bench.settle();
  EXPECT_EQ(answer(TAKT_SLOT_QUERY_ENGINES).status, TAKT_STATUS_BAD_SLOT) << "a client's queue";
}

// Three jobs end at ticks 100, 200, 300.
TEST_F(Service, CoalescingWaitsForSoManyRecordsOrSoLong) {
  takt_service_slot slot = request(TAKT_SLOT_SET_COALESCING);
  slot.count = 2;
  slot.microseconds = 50;
  ASSERT_EQ(ask(slot), TAKT_STATUS_OK);
  bench.soc.host_interrupts = 0;
  std::vector<std::uint64_t> seen;
  for (std::uint64_t id = 1; id <= 3; ++id) bench.submit(1, job(id, 0));
  for (const std::uint64_t tick : {99, 101, 149, 151, 199, 201, 249, 251, 299, 301, 349, 351}) {
    bench.run(begin + tick);
    seen.push_back(bench.soc.host_interrupts);
  }
  // Announced 50 ticks after each, for a second record never comes within them.
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3}));

  slot.microseconds = 1000;
  ASSERT_EQ(ask(slot), TAKT_STATUS_OK);
  bench.soc.host_interrupts = 0;
  const std::uint64_t from = bench.soc.now;
  for (std::uint64_t id = 11; id <= 14; ++id) bench.submit(1, job(id, 0));
  bench.run(from + 199);
  EXPECT_EQ(bench.soc.host_interrupts, 0u);
  bench.run(from + 2000);
  EXPECT_EQ(bench.soc.host_interrupts, 2u) << "four records, by two";
}

TEST_F(Service, AnswersToControlRequestsAreAnnouncedAtOnce) {
  takt_service_slot slot = request(TAKT_SLOT_SET_COALESCING);
  slot.count = 100;
  slot.microseconds = 1000000;
  EXPECT_EQ(ask(slot), TAKT_STATUS_OK);
  EXPECT_EQ(bench.soc.host_interrupts, 1u);
}

TEST_F(Service, TheAsyncChannelPassesARequestThatIsUnderWay) {
  bench.submit(1, job(1, 1));
  takt_queue_slot suspend{};
  suspend.type = TAKT_SLOT_SUSPEND_QUEUE;
  suspend.job_id = 0x8000;
  suspend.queue = 1;
  bench.submit_at(begin + 10, TAKT_CONTROL_QUEUE, as_slot(suspend));  // waits for the job's end
  ask_at(20, request(TAKT_SLOT_QUERY_ENGINES), TAKT_ASYNC_QUEUE);
  bench.run();
  EXPECT_EQ(answer(TAKT_SLOT_QUERY_ENGINES).queue, TAKT_ASYNC_QUEUE);
  EXPECT_EQ(answer(TAKT_SLOT_QUERY_ENGINES).finished_ticks, begin + 20);
  const takt_completion& suspended =
      *std::find_if(bench.completions.begin(), bench.completions.end(), [](auto& r) { return r.job_id == 0x8000; });
  EXPECT_EQ(suspended.finished_ticks, begin + 100);
}

TEST_F(Service, TheAsyncChannelIsNoClientsQueue) {
  bench.make_ring(kArea, 16);
  takt_create_queue_slot create = create_queue(1, TAKT_ASYNC_QUEUE, TAKT_BAND_NORMAL);
  create.ring = kArea;
  EXPECT_EQ(bench.control(as_slot(create)), TAKT_STATUS_BAD_QUEUE);
  takt_queue_slot destroy{};
  destroy.type = TAKT_SLOT_DESTROY_QUEUE;
  destroy.queue = TAKT_ASYNC_QUEUE;
  EXPECT_EQ(bench.control(as_slot(destroy)), TAKT_STATUS_BAD_QUEUE);
}

TEST(ServiceWithoutAsync, QueueThirtyOneIsAClientsAsBefore) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(TAKT_ASYNC_QUEUE);
  bench.submit(TAKT_ASYNC_QUEUE, job(5, 0));
  bench.run();
  EXPECT_EQ(bench.record(5).status, TAKT_STATUS_OK);
}

// A job retires its 100 commands in 100 ticks.
TEST_F(Service, AQueryTellsTheProgressOfTheJobOnTheEngines) {
  ASSERT_EQ(ask(request(TAKT_SLOT_QUERY_ENGINES)), TAKT_STATUS_OK);
  EXPECT_EQ(answer(TAKT_SLOT_QUERY_ENGINES).values[0], 0u);
  bench.completions.clear();
  bench.submit(1, job(77, 0));
  ask_at(30, request(TAKT_SLOT_QUERY_ENGINES), TAKT_ASYNC_QUEUE);
  bench.run();
  EXPECT_EQ(answer(TAKT_SLOT_QUERY_ENGINES).values[0], std::uint64_t{TAKT_ENGINES_BUSY} << 32 | 30);
  EXPECT_EQ(answer(TAKT_SLOT_QUERY_ENGINES).values[1], 77u);
}

TEST_F(Service, AResetEndsTheJobNamesItAndStopsTheEnginesUntilTheyAreResumed) {
  bench.submit(1, job(1, 0));
  bench.submit(2, job(2, 0));
  ask_at(40, with_area(TAKT_SLOT_RESET_ENGINES, sizeof(takt_reset_report)), TAKT_ASYNC_QUEUE);
  ask_at(60, request(TAKT_SLOT_QUERY_ENGINES), TAKT_ASYNC_QUEUE);
  ask_at(500, request(TAKT_SLOT_RESUME_ENGINES), TAKT_ASYNC_QUEUE);
  bench.run();
  EXPECT_EQ(bench.record(1).status, TAKT_STATUS_ABORTED);
  EXPECT_EQ(bench.record(1).finished_ticks, begin + 40);
  const auto report = bench.soc.get<takt_reset_report>(kArea);
  EXPECT_EQ(report.count, 1u);
  EXPECT_EQ(report.jobs[0].context, 101u);
  EXPECT_EQ(report.jobs[0].blame, TAKT_RESET_CULPRIT);
  EXPECT_EQ(report.jobs[0].job_id, 1u);
  EXPECT_EQ(answer(TAKT_SLOT_QUERY_ENGINES).values[0], std::uint64_t{TAKT_ENGINES_STOPPED} << 32);
  EXPECT_EQ(bench.record(2).status, TAKT_STATUS_OK);
  EXPECT_EQ(bench.record(2).started_ticks, begin + 500);
  EXPECT_EQ(bench.soc.resets, 1u);
}

TEST_F(Service, AResetOfIdleEnginesBlamesNobody) {
  ASSERT_EQ(ask(with_area(TAKT_SLOT_RESET_ENGINES, sizeof(takt_reset_report))), TAKT_STATUS_OK);
  EXPECT_EQ(bench.soc.get<takt_reset_report>(kArea).count, 0u);
}

// The slice of round robin ends while nothing may start: its time must not wake the firmware for ever.
TEST(ServiceByTurns, StoppedEnginesLetTheFirmwareSleep) {
  takt_boot_info info = boot_info("round-robin");
  info.round_robin_quantum_us = 20;
  Bench bench(info);
  bench.boot();
  bench.add_program(0, 100, 3);
  for (std::uint32_t queue = 1; queue <= 2; ++queue) {
    bench.add_queue(queue);
    bench.submit(queue, job(queue, 0));
  }
  bench.settle();
  EXPECT_EQ(bench.control(as_slot(request(TAKT_SLOT_RESET_ENGINES))), TAKT_STATUS_OK);
  bench.run(bench.soc.now + 1000);
  EXPECT_EQ(bench.control(as_slot(request(TAKT_SLOT_RESUME_ENGINES))), TAKT_STATUS_OK);
  bench.run();
  EXPECT_EQ(bench.record(1).status, TAKT_STATUS_ABORTED);
  EXPECT_EQ(bench.record(2).status, TAKT_STATUS_OK);
}

TEST_F(Service, TheSchedulingLogHoldsTheNewestRecordsInOrder) {
  ASSERT_EQ(ask(with_area(TAKT_SLOT_SET_LOG, sizeof(takt_telemetry_header) + 4 * sizeof(takt_log_record) + 31)),
            TAKT_STATUS_OK);
  EXPECT_EQ(head().magic, TAKT_LOG_MAGIC);
  EXPECT_EQ(head().entries, 4u);
  EXPECT_EQ(head().record_bytes, sizeof(takt_log_record));
  bench.submit(1, job(1, 0));
  bench.run();
  ASSERT_EQ(head().written, 3u);
  const takt_log_record expected[] = {{begin, 1, TAKT_LOG_ACCEPTED, 1, 0},
                                      {begin, 1, TAKT_LOG_DISPATCHED, 1, 0},
                                      {begin + 100, 1, TAKT_LOG_COMPLETED, 1, 0}};
  for (std::uint32_t n = 0; n < 3; ++n) {
    const auto record = at<takt_log_record>(n);
    EXPECT_EQ(record.ticks, expected[n].ticks) << n;
    EXPECT_EQ(record.job_id, expected[n].job_id) << n;
    EXPECT_EQ(record.event, expected[n].event) << n;
    EXPECT_EQ(record.queue, expected[n].queue) << n;
  }
  bench.submit(2, job(2, 0));
  bench.run();
  EXPECT_EQ(head().written, 6u);
  EXPECT_EQ(at<takt_log_record>(5 % 4).event, std::uint32_t{TAKT_LOG_COMPLETED});
  EXPECT_EQ(at<takt_log_record>(5 % 4).job_id, 2u);

  ASSERT_EQ(ask(request(TAKT_SLOT_SET_LOG)), TAKT_STATUS_OK);  // off
  bench.submit(2, job(3, 0));
  bench.run();
  EXPECT_EQ(head().written, 6u);
}

TEST_F(Service, MetricsAreSampledByTheClock) {
  takt_service_slot slot =
      with_area(TAKT_SLOT_SET_METRICS, sizeof(takt_telemetry_header) + 8 * sizeof(takt_metric_sample));
  slot.microseconds = 50;
  ASSERT_EQ(ask(slot), TAKT_STATUS_OK);
  EXPECT_EQ(head().magic, TAKT_METRIC_MAGIC);
  for (std::uint64_t id = 1; id <= 2; ++id) bench.submit(1, job(id, 0));  // on the engines until tick 200
  bench.run(begin + 320);
  ASSERT_EQ(head().written, 6u);
  const std::uint64_t busy[] = {50, 100, 150, 200, 200, 200};
  const std::uint32_t finished[] = {0, 1, 1, 2, 2, 2}, waiting[] = {2, 1, 1, 0, 0, 0};
  for (std::uint32_t n = 0; n < 6; ++n) {
    const auto sample = at<takt_metric_sample>(n);
    EXPECT_EQ(sample.ticks, begin + 50 * (n + 1)) << n;
    EXPECT_EQ(sample.busy_ticks, busy[n]) << n;
    EXPECT_EQ(sample.jobs_finished, finished[n]) << n;
    EXPECT_EQ(sample.waiting, waiting[n]) << n;
    EXPECT_EQ(sample.dispatches, n == 0 ? 1u : 2u) << n;
  }
}

TEST_F(Service, ADumpTellsTheQueues) {
  takt_queue_slot suspend{};
  suspend.type = TAKT_SLOT_SUSPEND_QUEUE;
  suspend.queue = 2;
  ASSERT_EQ(bench.control(as_slot(suspend)), TAKT_STATUS_OK);
  bench.submit(1, job(1, 0));
  bench.submit(1, job(2, 0));
  bench.submit(2, job(3, 0));
  // Queue 0, the async channel, queues 1 and 2.
  const std::uint32_t bytes = sizeof(takt_state_dump) + 4 * sizeof(takt_queue_state);
  ask_at(30, with_area(TAKT_SLOT_DUMP_STATE, bytes), TAKT_ASYNC_QUEUE);
  bench.run();
  EXPECT_EQ(answer(TAKT_SLOT_DUMP_STATE).status, TAKT_STATUS_OK);
  EXPECT_EQ(answer(TAKT_SLOT_DUMP_STATE).values[0], bytes);
  const auto dump = bench.soc.get<takt_state_dump>(kArea);
  EXPECT_EQ(dump.magic, TAKT_DUMP_MAGIC);
  ASSERT_EQ(dump.queues, 4u);
  EXPECT_EQ(dump.now.ticks, begin + 30);
  EXPECT_EQ(dump.now.waiting, 3u);
  const auto queue = [&](std::uint32_t n) {
    return bench.soc.get<takt_queue_state>(kArea + sizeof(dump) + n * sizeof(takt_queue_state));
  };
  EXPECT_EQ(queue(1).queue, 1u);
  EXPECT_EQ(queue(1).flags, TAKT_QUEUE_RUNNING);
  EXPECT_EQ(queue(1).waiting, 2u);
  EXPECT_EQ(queue(1).ring_head, 2u);
  EXPECT_EQ(queue(1).job_id, 1u);
  EXPECT_EQ(queue(1).context, 101u);
  EXPECT_EQ(queue(2).flags, TAKT_QUEUE_SUSPENDED);
  EXPECT_EQ(queue(2).job_id, 3u);
  EXPECT_EQ(queue(3).queue, TAKT_ASYNC_QUEUE);
  bench.completions.clear();
  EXPECT_EQ(ask(with_area(TAKT_SLOT_DUMP_STATE, bytes - 1)), TAKT_STATUS_NO_SPACE);
  EXPECT_EQ(answer(TAKT_SLOT_DUMP_STATE).values[0], bytes) << "what it would take";
}

TEST_F(Service, ALostDoorbellIsMadeGoodByTheNext) {
  ASSERT_EQ(ask(fault(TAKT_FAULT_LOSE_DOORBELL, 1)), TAKT_STATUS_OK);
  bench.submit(1, job(1, 0));
  bench.run(begin + 50);
  EXPECT_TRUE(bench.order().empty());
  bench.submit(1, job(2, 0));
  bench.run();
  EXPECT_EQ(bench.order(), (std::vector<std::uint64_t>{1, 2}));
}

// The job watchdog looks every 100 ticks.
TEST_F(Service, ALostStopIsFoundByTheJobWatchdog) {
  ASSERT_EQ(ask(fault(TAKT_FAULT_LOSE_ENGINE_STOP, 1)), TAKT_STATUS_OK);
  bench.soc.mishaps.clear();
  bench.submit(1, job(1, 1));
  bench.run();
  EXPECT_EQ(bench.record(1).status, TAKT_STATUS_OK);
  EXPECT_EQ(bench.firmware->counters().lost_interrupts, 1u);
  EXPECT_EQ(bench.soc.resets, 0u);
}

TEST_F(Service, ALostHostInterruptLeavesTheRecordInTheRing) {
  bench.submit(TAKT_CONTROL_QUEUE, as_slot(fault(TAKT_FAULT_LOSE_HOST_INTERRUPT, 2)));
  bench.settle();
  EXPECT_TRUE(bench.completions.empty() || bench.completions.back().job_id != kRequest + TAKT_SLOT_INJECT_FAULT);
  EXPECT_EQ(bench.soc.host_interrupts, 0u);
  bench.submit(1, job(1, 0));
  bench.run();
  EXPECT_EQ(bench.soc.host_interrupts, 0u);
  bench.submit(1, job(2, 0));
  bench.run();
  EXPECT_EQ(bench.soc.host_interrupts, 1u);
  EXPECT_EQ(answer(TAKT_SLOT_INJECT_FAULT).status, TAKT_STATUS_OK);
  EXPECT_EQ(bench.order(), (std::vector<std::uint64_t>{1, 2})) << "found in the ring by the next interrupt";
}

TEST_F(Service, NullJobsEndWithoutTheEngines) {
  takt_service_slot slot = request(TAKT_SLOT_SET_TEST_MODE);
  slot.value = TAKT_TEST_NULL_JOBS;
  ASSERT_EQ(ask(slot), TAKT_STATUS_OK);
  for (std::uint64_t id = 1; id <= 20; ++id) bench.submit(1, job(id, 0));
  bench.run();
  EXPECT_EQ(bench.order().size(), 20u);
  EXPECT_EQ(bench.record(20).finished_ticks, begin);
  EXPECT_EQ(bench.firmware->counters().dispatches, 0u);
}

TEST_F(Service, WithoutTimeoutsAHangIsLeftAlone) {
  takt_service_slot slot = request(TAKT_SLOT_SET_TEST_MODE);
  slot.value = TAKT_TEST_NO_TIMEOUTS;
  ASSERT_EQ(ask(slot), TAKT_STATUS_OK);
  bench.soc.mishaps[1].hang_at = 10;
  bench.submit(1, job(1, 0));
  bench.run(begin + 10000);
  EXPECT_EQ(bench.firmware->counters().timeouts, 0u);
  EXPECT_TRUE(bench.order().empty());
}

TEST_F(Service, WithoutPreemptionAQueueIsSuspendedAtItsJobsEnd) {
  takt_service_slot slot = request(TAKT_SLOT_SET_TEST_MODE);
  slot.value = TAKT_TEST_NO_PREEMPTION;
  ASSERT_EQ(ask(slot), TAKT_STATUS_OK);
  bench.submit(1, job(1, 0));
  takt_queue_slot suspend{};
  suspend.type = TAKT_SLOT_SUSPEND_QUEUE;
  suspend.queue = 1;
  bench.submit_at(begin + 10, TAKT_CONTROL_QUEUE, as_slot(suspend));
  bench.run();
  EXPECT_EQ(bench.record(1).preemptions, 0u);
  EXPECT_EQ(bench.record(1).finished_ticks, begin + 100);
}

TEST_F(Service, PreemptedAlwaysAJobStopsAtEachOfItsCuts) {
  takt_service_slot slot = request(TAKT_SLOT_SET_TEST_MODE);
  slot.value = TAKT_TEST_PREEMPT_ALWAYS;
  ASSERT_EQ(ask(slot), TAKT_STATUS_OK);
  for (std::uint64_t id = 1; id <= 4; ++id) bench.submit(1, job(id, 0));
  bench.run();
  EXPECT_EQ(bench.firmware->counters().preemptions, 4u * 3);
  EXPECT_EQ(bench.record(4).preemptions, 3u);
  EXPECT_EQ(bench.record(4).finished_ticks, begin + 4 * (100 + 3 * kSaveTicks));
}

// Cuts at ticks 25, 50, 75 of the run; a stop takes 5 ticks more.
TEST_F(Service, InThePausesOfADutyCycleNoJobRuns) {
  takt_service_slot slot = request(TAKT_SLOT_SET_DUTY_CYCLE);
  slot.microseconds = 60;
  slot.pause_us = 40;
  ASSERT_EQ(ask(slot), TAKT_STATUS_OK);
  bench.submit(1, job(1, 0));
  bench.run(begin + 1000);
  // On until tick 60, asked to stop, stands at the cut of tick 75; goes on at 100 with 25 left.
  EXPECT_EQ(bench.record(1).preemptions, 1u);
  EXPECT_EQ(bench.record(1).finished_ticks, begin + 125);
  bench.submit_at(begin + 1070, 2, job(2, 0));  // in a pause, which ends at 1100
  ask_at(1080, request(TAKT_SLOT_QUERY_ENGINES), TAKT_ASYNC_QUEUE);
  bench.run(begin + 1400);
  EXPECT_EQ(answer(TAKT_SLOT_QUERY_ENGINES).values[0], 0u);
  EXPECT_EQ(bench.record(2).started_ticks, begin + 1100);

  ASSERT_EQ(ask(request(TAKT_SLOT_SET_DUTY_CYCLE)), TAKT_STATUS_OK);  // off
  const std::uint64_t from = bench.soc.now;
  bench.submit(1, job(3, 0));
  bench.run();
  EXPECT_EQ(bench.record(3).finished_ticks, from + 100);
}

TEST_F(Service, PowerLevelsAreThoseOfTheHardware) {
  takt_service_slot slot = request(TAKT_SLOT_SET_POWER_LEVEL);
  slot.value = 2;
  EXPECT_EQ(ask(slot), TAKT_STATUS_OK);
  EXPECT_EQ(bench.soc.power_level, 2u);
  slot.value = 3;
  EXPECT_EQ(ask(slot), TAKT_STATUS_UNSUPPORTED);
  EXPECT_EQ(bench.soc.power_level, 2u);
}

}  // namespace
}  // namespace takt::firmware::test
