// Queues destroyed, suspended, resumed, moved to another band; contexts released.
#include <gtest/gtest.h>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

takt_queue_slot request(takt_slot_type type, std::uint32_t queue) {
  takt_queue_slot slot{};
  slot.type = type;
  slot.job_id = 0x9000 + queue;
  slot.queue = queue;
  return slot;
}

// Programs 0 of 100 ticks with three cuts, 1 of 100 ticks without; queues 1 and 2.
class Lifecycle : public testing::Test {
 protected:
  explicit Lifecycle(const std::string& policy = "fcfs") : bench(policy) {
    bench.boot();
    bench.add_program(0, 100, 3);
    bench.add_program(1, 100, 0);
    bench.add_queue(1);
    bench.add_queue(2);
  }

  // The request is made at this tick; the answer comes when it comes.
  void ask_at(std::uint64_t ticks, const takt_queue_slot& slot) {
    bench.submit_at(ticks, TAKT_CONTROL_QUEUE, as_slot(slot));
  }
  std::uint32_t status(std::uint64_t job) const { return bench.record(job).status; }
  // Of the request about a queue.
  takt_completion answer(std::uint32_t queue) const {
    for (const takt_completion& record : bench.completions)
      if (record.queue == TAKT_CONTROL_QUEUE && record.job_id == 0x9000 + queue) return record;
    ADD_FAILURE() << "no answer about queue " << queue;
    return {};
  }

  Bench bench;
};

class LifecycleByPriority : public Lifecycle {
 protected:
  LifecycleByPriority() : Lifecycle("fixed-priority") {}
};

TEST_F(Lifecycle, ADestroyedQueueEndsItsJobsAndNoOthers) {
  const std::uint64_t begin = bench.soc.now;
  for (std::uint64_t id = 1; id <= 3; ++id) bench.submit(1, job(id, 0));
  bench.submit(2, job(10, 0));
  ask_at(begin + 30, request(TAKT_SLOT_DESTROY_QUEUE, 1));
  bench.run();
  for (std::uint64_t id = 1; id <= 3; ++id) EXPECT_EQ(status(id), TAKT_STATUS_ABORTED) << id;
  EXPECT_EQ(status(10), TAKT_STATUS_OK);
  EXPECT_EQ(answer(1).status, TAKT_STATUS_OK);
  EXPECT_EQ(bench.record(1).finished_ticks, begin + 30) << "aborted where it stood";
  EXPECT_EQ(bench.record(10).started_ticks, begin + 30);
  EXPECT_EQ(bench.order(), (std::vector<std::uint64_t>{1, 2, 3, 10}));
  EXPECT_TRUE(bench.soc.violations.empty());
}

TEST_F(Lifecycle, ItsAnswerComesBehindItsRecords) {
  bench.submit(1, job(1, 0));
  bench.submit(1, job(2, 0));
  ask_at(bench.soc.now + 5, request(TAKT_SLOT_DESTROY_QUEUE, 1));
  bench.run();
  std::vector<std::uint64_t> ids;
  for (const takt_completion& record : bench.completions) ids.push_back(record.job_id);
  ids.erase(ids.begin(), ids.end() - 3);
  EXPECT_EQ(ids, (std::vector<std::uint64_t>{1, 2, 0x9001}));
}

TEST_F(Lifecycle, TheNumberOfADestroyedQueueMayBeUsedAgain) {
  ASSERT_EQ(bench.control(as_slot(request(TAKT_SLOT_DESTROY_QUEUE, 1))), TAKT_STATUS_OK);
  EXPECT_EQ(bench.control(as_slot(request(TAKT_SLOT_DESTROY_QUEUE, 1))), TAKT_STATUS_BAD_QUEUE);
  bench.add_queue(1, TAKT_BAND_FOCUS);
  bench.submit(1, job(7, 0));
  bench.run();
  EXPECT_EQ(status(7), TAKT_STATUS_OK);
}

TEST_F(Lifecycle, DoorbellsOfADestroyedQueueAreNobodys) {
  ASSERT_EQ(bench.control(as_slot(request(TAKT_SLOT_DESTROY_QUEUE, 2))), TAKT_STATUS_OK);
  const std::uint32_t slots = bench.firmware->counters().slots;
  bench.submit(2, job(1, 0));
  bench.run();
  EXPECT_EQ(bench.firmware->counters().slots, slots);
  EXPECT_EQ(bench.firmware->counters().unknown_doorbells, 1u);
}

TEST_F(Lifecycle, QueuesThatDoNotExistAreNamed) {
  for (const takt_slot_type type :
       {TAKT_SLOT_DESTROY_QUEUE, TAKT_SLOT_SUSPEND_QUEUE, TAKT_SLOT_RESUME_QUEUE, TAKT_SLOT_SET_BAND})
    for (const std::uint32_t queue : {0u, 3u, TAKT_MAX_QUEUES, ~0u})
      EXPECT_EQ(bench.control(as_slot(request(type, queue))), TAKT_STATUS_BAD_QUEUE) << type << " of " << queue;
  takt_queue_slot release = request(TAKT_SLOT_RELEASE_CONTEXT, 0);
  release.context = 999;
  EXPECT_EQ(bench.control(as_slot(release)), TAKT_STATUS_BAD_QUEUE);
}

TEST_F(Lifecycle, FieldsThatATypeDoesNotNameAreZero) {
  const auto refused = [&](takt_slot_type type, void (*spoil)(takt_queue_slot&)) {
    takt_queue_slot slot = request(type, type == TAKT_SLOT_RELEASE_CONTEXT ? 0 : 1);
    spoil(slot);
    EXPECT_EQ(bench.control(as_slot(slot)), TAKT_STATUS_BAD_SLOT) << type;
  };
  refused(TAKT_SLOT_DESTROY_QUEUE, [](takt_queue_slot& s) { s.band = 1; });
  refused(TAKT_SLOT_SUSPEND_QUEUE, [](takt_queue_slot& s) { s.context = 1; });
  refused(TAKT_SLOT_RESUME_QUEUE, [](takt_queue_slot& s) { s.reserved0 = 1; });
  refused(TAKT_SLOT_SET_BAND, [](takt_queue_slot& s) { s.band = TAKT_BAND_REALTIME + 1; });
  refused(TAKT_SLOT_RELEASE_CONTEXT, [](takt_queue_slot& s) { s.queue = 1; });
  refused(TAKT_SLOT_DESTROY_QUEUE, [](takt_queue_slot& s) { s.reserved1[3] = 1; });
  refused(TAKT_SLOT_DESTROY_QUEUE, [](takt_queue_slot& s) { s.flags = 1; });
}

// Cuts at 25, 50 and 75 ticks: asked at 30, the job stands at 50 and is saved in a few more.
TEST_F(Lifecycle, ASuspendedQueueLeavesTheEnginesAtTheNextCut) {
  const std::uint64_t begin = bench.soc.now;
  bench.submit(1, job(1, 0));
  bench.submit(2, job(2, 0));
  ask_at(begin + 30, request(TAKT_SLOT_SUSPEND_QUEUE, 1));
  ask_at(begin + 500, request(TAKT_SLOT_RESUME_QUEUE, 1));
  bench.run();
  EXPECT_EQ(status(1), TAKT_STATUS_OK);
  EXPECT_EQ(bench.record(1).preemptions, 1u);
  EXPECT_GE(bench.record(1).finished_ticks, begin + 550) << "half of it was left";
  EXPECT_LT(bench.record(2).started_ticks, begin + 100);
  EXPECT_GE(bench.record(2).started_ticks, begin + 50);
}

TEST_F(Lifecycle, AJobWithoutCutsLeavesThemAtItsEnd) {
  const std::uint64_t begin = bench.soc.now;
  bench.submit(1, job(1, 1));
  bench.submit(1, job(2, 1));
  ask_at(begin + 30, request(TAKT_SLOT_SUSPEND_QUEUE, 1));
  bench.run();
  EXPECT_EQ(bench.record(1).finished_ticks, begin + 100);
  EXPECT_EQ(answer(1).finished_ticks, begin + 100);
  EXPECT_EQ(bench.order(), (std::vector<std::uint64_t>{1})) << "the second job waits";
  EXPECT_EQ(bench.control(as_slot(request(TAKT_SLOT_RESUME_QUEUE, 1))), TAKT_STATUS_OK);
  bench.run();
  EXPECT_EQ(bench.order(), (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(Lifecycle, ASuspendedQueueCanBeDestroyed) {
  const std::uint64_t begin = bench.soc.now;
  bench.submit(1, job(1, 0));
  ask_at(begin + 30, request(TAKT_SLOT_SUSPEND_QUEUE, 1));
  ask_at(begin + 200, request(TAKT_SLOT_DESTROY_QUEUE, 1));
  bench.run();
  EXPECT_EQ(status(1), TAKT_STATUS_ABORTED);
  EXPECT_EQ(bench.record(1).preemptions, 1u);
}

TEST_F(LifecycleByPriority, AQueueInAHigherBandPreempts) {
  const std::uint64_t begin = bench.soc.now;
  bench.submit(1, job(1, 0));
  bench.submit(2, job(2, 0));
  takt_queue_slot raise = request(TAKT_SLOT_SET_BAND, 2);
  raise.band = TAKT_BAND_REALTIME;
  ask_at(begin + 30, raise);
  bench.run();
  EXPECT_EQ(bench.order(), (std::vector<std::uint64_t>{2, 1}));
  EXPECT_EQ(bench.record(1).preemptions, 1u);
  EXPECT_EQ(bench.soc.last_qos, std::uint32_t{TAKT_BAND_NORMAL}) << "the job that was resumed";
}

// The bench's contexts are 100 + queue; the third queue joins the first one's.
TEST_F(Lifecycle, AContextIsReleasedWithAllItsQueues) {
  bench.make_ring(ring_of(3), 64);
  takt_create_queue_slot third = create_queue(0x2003, 3, TAKT_BAND_NORMAL);
  third.context = 101;
  ASSERT_EQ(bench.control(as_slot(third)), TAKT_STATUS_OK);
  const std::uint64_t begin = bench.soc.now;
  bench.submit(1, job(1, 0));
  bench.submit(3, job(3, 0));
  bench.submit(2, job(2, 0));
  takt_queue_slot release = request(TAKT_SLOT_RELEASE_CONTEXT, 0);
  release.context = 101;
  ask_at(begin + 10, release);
  bench.run();
  EXPECT_EQ(status(1), TAKT_STATUS_ABORTED);
  EXPECT_EQ(status(3), TAKT_STATUS_ABORTED);
  EXPECT_EQ(status(2), TAKT_STATUS_OK);
  EXPECT_EQ(bench.control(as_slot(request(TAKT_SLOT_SUSPEND_QUEUE, 3))), TAKT_STATUS_BAD_QUEUE);
  EXPECT_EQ(bench.control(as_slot(request(TAKT_SLOT_SUSPEND_QUEUE, 2))), TAKT_STATUS_OK);
}

// 63 records fill the ring: those of refused jobs.
TEST_F(Lifecycle, WaitsForRoomInTheCompletionRing) {
  bench.hold_completions = true;
  for (std::uint64_t id = 100; id < 163; ++id) bench.submit(2, job(id, 9));
  bench.submit(1, job(1, 0));
  bench.submit(1, job(2, 0));
  const std::uint64_t begin = bench.soc.now;
  ask_at(begin + 5, request(TAKT_SLOT_DESTROY_QUEUE, 1));
  bench.run(begin + 3000);
  EXPECT_EQ(bench.soc.get<takt_ring_header>(kCompletionRing).tail, 63u + 4 - 64) << "four requests built the bench";
  bench.hold_completions = false;
  bench.collect();
  bench.run();
  EXPECT_EQ(bench.order().size(), 65u);
  EXPECT_EQ(status(2), TAKT_STATUS_ABORTED);
  EXPECT_EQ(answer(1).status, TAKT_STATUS_OK);
}

}  // namespace
}  // namespace takt::firmware::test
