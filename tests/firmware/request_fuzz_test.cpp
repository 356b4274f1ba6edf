// Requests about queues and about the firmware itself in any order, with any values, on both channels, while jobs run,
// are preempted, fault and hang. Every request is answered once; no job is answered twice or forgotten; nothing outside
// the areas handed over is touched; the loop comes to rest.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <set>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

constexpr std::uint64_t kArea = kDram + 0xd9000;
constexpr std::uint32_t kAreaBytes = 0x1000;
constexpr std::uint32_t kClients = 3;
constexpr std::uint64_t kRequests = 0x10000;  // ids from here on

std::uint32_t below(std::uint32_t n) { return *rc::gen::inRange<std::uint32_t>(0, n); }

takt_queue_slot queue_request() {
  takt_queue_slot slot{};
  slot.type = TAKT_SLOT_DESTROY_QUEUE + below(5);
  slot.queue = slot.type == TAKT_SLOT_RELEASE_CONTEXT && below(4) != 0 ? 0 : below(kClients + 2);
  slot.context = slot.type == TAKT_SLOT_RELEASE_CONTEXT || below(8) == 0 ? 100 + below(kClients + 1) : 0;
  slot.band = slot.type == TAKT_SLOT_SET_BAND || below(8) == 0 ? below(6) : 0;
  return slot;
}

// Left out: a hang of the firmware itself, which is for the hardware watchdog, and lost stops and switched-off
// timeouts, which would leave a job on the engines for good together.
takt_service_slot service_request() {
  takt_service_slot slot{};
  slot.type = TAKT_SLOT_SET_COALESCING + below(13);  // one more than there are
  if (slot.type == TAKT_SLOT_SET_COALESCING + 12) slot.type = TAKT_SLOT_SET_JOB_LIMIT;
  const bool area = slot.type == TAKT_SLOT_RESET_ENGINES || slot.type == TAKT_SLOT_SET_LOG ||
                    slot.type == TAKT_SLOT_SET_METRICS || slot.type == TAKT_SLOT_DUMP_STATE;
  if (area && below(4) != 0) {
    slot.address = kArea + 8 * below(8) + (below(16) == 0 ? 1 : 0);
    slot.bytes = below(kAreaBytes - 64);
  }
  if (slot.type == TAKT_SLOT_INJECT_FAULT) slot.value = below(2);
  if (slot.type == TAKT_SLOT_SET_TEST_MODE) slot.value = below(2) * TAKT_TEST_NO_PREEMPTION + below(2);
  if (slot.type == TAKT_SLOT_SET_POWER_LEVEL) slot.value = below(5);
  if (slot.type != TAKT_SLOT_QUERY_ENGINES && below(8) != 0) slot.count = below(6);
  if (below(4) != 0) slot.microseconds = below(200);
  if (slot.type == TAKT_SLOT_SET_DUTY_CYCLE && below(4) != 0) slot.pause_us = below(200);
  if (below(16) == 0) slot.reserved0 = 1;
  return slot;
}

takt_governor_slot governor_request() {
  takt_governor_slot slot{};
  slot.type = TAKT_SLOT_SET_GOVERNOR;
  slot.governor = below(TAKT_GOVERNOR_COUNT + 1);
  if (slot.governor == TAKT_GOVERNOR_FIXED) slot.level = below(4);
  slot.margin_percent = below(110);
  slot.slowdown_percent = below(110);
  slot.least_us = below(100);
  if (below(2) == 0) slot.suspend_us = below(200), slot.suspend_state = below(3);
  return slot;
}

class Fuzz {
 public:
  Fuzz() : bench_(info()) {
    bench_.boot();
    bench_.add_program(0, 40, 3);
    bench_.add_program(1, 25, 0);
    for (std::uint32_t queue = 1; queue <= kClients; ++queue) bench_.add_queue(queue);
    bench_.completions.clear();
  }

  void act() {
    switch (below(5)) {
      case 4:
        ask(as_slot(governor_request()));
        break;
      case 0:
        give_job();
        break;
      case 1:
        ask(as_slot(queue_request()));
        break;
      case 2:
        ask(as_slot(service_request()));
        break;
      default:
        bench_.run(bench_.soc.now + below(60));
        break;
    }
  }

  void check() {
    // Whatever was switched off or stopped goes on, again and again: requests that stop something may still be queued.
    for (int round = 0; round < 20; ++round) {
      for (const std::uint32_t type : {TAKT_SLOT_SET_TEST_MODE, TAKT_SLOT_SET_METRICS, TAKT_SLOT_SET_DUTY_CYCLE,
                                       TAKT_SLOT_SET_LOG, TAKT_SLOT_RESUME_ENGINES, TAKT_SLOT_SET_COALESCING}) {
        takt_service_slot slot{};
        slot.type = type;
        slot.count = type == TAKT_SLOT_SET_COALESCING ? 1 : 0;
        ask(as_slot(slot), TAKT_ASYNC_QUEUE);
      }
      for (std::uint32_t queue = 1; queue <= kClients; ++queue) {
        takt_queue_slot resume{};
        resume.type = TAKT_SLOT_RESUME_QUEUE;
        resume.queue = queue;
        ask(as_slot(resume), TAKT_ASYNC_QUEUE);
      }
      bench_.soc.ring_doorbells(~0u);  // those that were lost
      bench_.run(bench_.soc.now + 2000);
      bench_.collect();
    }
    RC_ASSERT(bench_.soc.violations.empty());
    std::map<std::uint64_t, std::uint32_t> answers;
    for (const takt_completion& record : bench_.completions) ++answers[record.job_id];
    for (std::uint64_t id = kRequests; id < next_request_; ++id) RC_ASSERT(answers[id] == 1u);
    for (const auto& [id, queue] : jobs_) {
      RC_ASSERT(answers[id] <= 1u);
      // A queue that was never destroyed forgets none.
      if (destroyed_.count(queue) == 0) RC_ASSERT(answers[id] == 1u);
    }
  }

 private:
  static takt_boot_info info() {
    takt_boot_info info = boot_info(below(2) == 0 ? "fixed-priority" : "round-robin");
    info.async_ring = ring_of(TAKT_ASYNC_QUEUE);
    info.job_timeout_us = 100;
    info.round_robin_quantum_us = 20;
    return info;
  }

  void give_job() {
    const std::uint32_t queue = 1 + below(kClients);
    const std::uint64_t id = next_job_++;
    if (below(12) == 0) bench_.soc.mishaps[static_cast<std::uint32_t>(id)].hang_at = below(30);
    if (below(12) == 0) {
      Mishap& mishap = bench_.soc.mishaps[static_cast<std::uint32_t>(id)];
      mishap.fault = true;
      mishap.fault_status = TAKT_STATUS_BAD_COMMAND;
    }
    jobs_[id] = queue;
    bench_.submit(queue, job(id, below(2)));
  }

  void ask(takt_job_slot slot, std::uint32_t channel = below(2) * TAKT_ASYNC_QUEUE) {
    slot.job_id = next_request_++;
    if (slot.type == TAKT_SLOT_DESTROY_QUEUE) destroyed_.insert(word_at(slot, 16));
    if (slot.type == TAKT_SLOT_RELEASE_CONTEXT) destroyed_.insert(word_at(slot, 20) - 100);
    bench_.submit(channel, slot);
    bench_.settle();
  }
  static std::uint32_t word_at(const takt_job_slot& slot, std::size_t offset) {
    std::uint32_t word;
    std::copy_n(reinterpret_cast<const char*>(&slot) + offset, sizeof word, reinterpret_cast<char*>(&word));
    return word;
  }

  Bench bench_;
  std::map<std::uint64_t, std::uint32_t> jobs_;  // to their queues
  std::set<std::uint32_t> destroyed_;
  std::uint64_t next_job_ = 1;
  std::uint64_t next_request_ = kRequests;
};

TEST(RequestFuzz, EveryRequestIsAnsweredOnceAndNoJobIsForgotten) {
  EXPECT_TRUE(rc::check([] {
    Fuzz fuzz;
    for (std::uint32_t n = 20 + below(60); n > 0; --n) fuzz.act();
    fuzz.check();
  }));
}

}  // namespace
}  // namespace takt::firmware::test
