// Random arrivals, queues, programs, policies and mishaps.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

constexpr std::uint32_t kPrograms = 4;
constexpr std::uint64_t kTimeout = 400;

struct Arrival {
  std::uint64_t at;
  std::uint32_t queue;
  std::uint32_t program;
  std::uint64_t deadline;  // 0: none
  std::uint32_t tokens;
};

struct Scenario {
  std::string policy;
  std::uint32_t flags;  // takt_boot_info.flags
  std::uint32_t quantum_us;
  std::vector<takt_band_slot> bands;
  std::vector<takt_scheduling_slot> properties;  // of queues 1 ..
  std::uint32_t queues;
  std::uint32_t ring_entries;
  std::vector<Arrival> arrivals;  // ascending; the job's id is its index + 1
};

std::uint64_t duration(std::uint32_t program) { return 40 + 30 * program; }
takt_band band(std::uint32_t queue) { return static_cast<takt_band>(queue % 4); }

std::vector<std::string> every_policy() {
  std::vector<std::string> names;
  const PolicyList list = policies();
  for (std::uint32_t i = 0; i < list.count; ++i) names.push_back(list.entries[i].name);
  return names;
}

Scenario scenario() {
  Scenario s;
  s.policy = *rc::gen::elementOf(every_policy());
  s.flags = *rc::gen::inRange<std::uint32_t>(0, 2 * TAKT_BOOT_FORCE_PREEMPTION);
  s.quantum_us = *rc::gen::element<std::uint32_t>(0, 15, 60);
  s.queues = *rc::gen::inRange<std::uint32_t>(1, 7);
  for (std::uint32_t band = 0; band < TAKT_BANDS; ++band) {
    takt_band_slot setup{};
    setup.type = TAKT_SLOT_SET_BAND_SETUP;
    setup.band = band;
    setup.grace_us = *rc::gen::inRange<std::uint32_t>(0, 100);
    setup.process_quantum_us = *rc::gen::element<std::uint32_t>(0, 10, 50, 200);
    setup.process_grace_us = *rc::gen::inRange<std::uint32_t>(0, 40);
    setup.share_percent = band == TAKT_BAND_NORMAL ? *rc::gen::inRange<std::uint32_t>(0, 100) : 0;
    s.bands.push_back(setup);
  }
  for (std::uint32_t queue = 1; queue <= s.queues; ++queue) {
    takt_scheduling_slot own{};
    own.type = TAKT_SLOT_SET_SCHEDULING;
    own.queue = queue;
    own.band = band(queue);
    own.level = own.band == TAKT_BAND_REALTIME ? *rc::gen::inRange<std::uint32_t>(0, TAKT_REALTIME_LEVELS) : 0;
    own.priority = *rc::gen::inRange(-TAKT_PRIORITY_MOST, TAKT_PRIORITY_MOST + 1);
    own.quantum_us = *rc::gen::element<std::uint32_t>(0, 10, 30);
    own.grace_same_us = *rc::gen::inRange<std::uint32_t>(0, 40);
    own.grace_lower_us = *rc::gen::inRange<std::uint32_t>(0, 40);
    own.weight = *rc::gen::element<std::uint32_t>(0, 1, 10, 1000);
    s.properties.push_back(own);
  }
  s.ring_entries = *rc::gen::element<std::uint32_t>(2, 3, 16, 64);
  const auto count = *rc::gen::inRange<std::size_t>(0, 60);
  for (std::size_t i = 0; i < count; ++i) {
    s.arrivals.push_back({*rc::gen::inRange<std::uint64_t>(1, 4000), *rc::gen::inRange<std::uint32_t>(1, s.queues + 1),
                          *rc::gen::inRange<std::uint32_t>(0, kPrograms),
                          *rc::gen::element<std::uint64_t>(0, 1, 500, 2000, 9000),
                          *rc::gen::element<std::uint32_t>(0, 1, 1, 64, 300)});
  }
  std::stable_sort(s.arrivals.begin(), s.arrivals.end(),
                   [](const Arrival& a, const Arrival& b) { return a.at < b.at; });
  return s;
}

std::unique_ptr<Bench> set_up(const Scenario& s) {
  takt_boot_info info = boot_info(s.policy);
  info.job_timeout_us = kTimeout;
  info.flags = s.flags;
  info.round_robin_quantum_us = s.quantum_us;
  auto bench = std::make_unique<Bench>(info, s.ring_entries);
  bench->boot();
  for (std::uint32_t p = 0; p < kPrograms; ++p) bench->add_program(p, duration(p), p);  // program 0 has no cut
  std::uint64_t request = 0x5000;
  const auto ask = [&](auto slot) {
    slot.job_id = ++request;
    RC_ASSERT(bench->control(as_slot(slot)) == TAKT_STATUS_OK);
  };
  for (const takt_band_slot& setup : s.bands) ask(setup);
  for (std::uint32_t q = 1; q <= s.queues; ++q) {
    bench->make_ring(ring_of(q), s.ring_entries);
    takt_create_queue_slot create = create_queue(0, q, band(q));
    create.context = q / 2;  // two queues to a process
    if (q % 3 == 0) create.save_area = 0;
    ask(create);
    ask(s.properties[q - 1]);
  }
  for (std::size_t i = 0; i < s.arrivals.size(); ++i) {
    takt_job_slot slot = job(i + 1, s.arrivals[i].program);
    slot.tokens = s.arrivals[i].tokens;
    if (s.arrivals[i].deadline != 0) slot.deadline_ticks = s.arrivals[i].at + s.arrivals[i].deadline;
    bench->submit_at(s.arrivals[i].at, s.arrivals[i].queue, slot);
  }
  return bench;
}

// Every job once, each queue in its own order, at most one owner (the fake notes a second one as a violation).
void expect_conserved(const Bench& bench, const Scenario& s) {
  RC_ASSERT(bench.soc.violations.empty());
  const std::vector<std::uint64_t> order = bench.order();
  RC_ASSERT(order.size() == s.arrivals.size());
  RC_ASSERT(std::set<std::uint64_t>(order.begin(), order.end()).size() == order.size());
  std::map<std::uint32_t, std::uint64_t> last;
  for (std::uint64_t id : order) {
    const std::uint32_t queue = s.arrivals[id - 1].queue;
    RC_ASSERT(last[queue] < id);
    last[queue] = id;
  }
}

TEST(Property, EveryAcceptedJobCompletesOnceWhateverGoesWrong) {
  const bool held = rc::check([] {
    const Scenario s = scenario();
    const auto bench = set_up(s);
    std::map<std::uint64_t, std::uint32_t> expected;
    for (std::uint64_t id = 1; id <= s.arrivals.size(); ++id) {
      const auto kind = *rc::gen::inRange(0, 10);
      Mishap& mishap = bench->soc.mishaps[static_cast<std::uint32_t>(id)];
      expected[id] = TAKT_STATUS_OK;
      if (kind == 0) {
        mishap.fault = true;
        mishap.fault_status = expected[id] = TAKT_STATUS_BAD_COMMAND;
      } else if (kind == 1) {
        mishap.hang_at = *rc::gen::inRange<std::uint64_t>(0, duration(s.arrivals[id - 1].program));
        expected[id] = TAKT_STATUS_TIMEOUT;
      } else if (kind == 2) {
        mishap.lose_interrupt = true;
      }
    }
    bench->run();
    expect_conserved(*bench, s);
    for (const auto& [id, status] : expected) RC_ASSERT(bench->record(id).status == status);
  });
  EXPECT_TRUE(held);
}

TEST(Property, TimesAreOrderedAndFcfsNeverPreempts) {
  const bool held = rc::check([] {
    const Scenario s = scenario();
    const auto bench = set_up(s);
    bench->run();
    expect_conserved(*bench, s);
    for (std::uint64_t id = 1; id <= s.arrivals.size(); ++id) {
      const takt_completion& record = bench->record(id);
      RC_ASSERT(s.arrivals[id - 1].at <= record.accepted_ticks);
      RC_ASSERT(record.accepted_ticks <= record.started_ticks);
      RC_ASSERT(record.started_ticks + duration(s.arrivals[id - 1].program) <= record.finished_ticks);
      if (s.policy == "fcfs" && (s.flags & TAKT_BOOT_BANDS) == 0) RC_ASSERT(record.preemptions == 0u);
      if ((s.flags & TAKT_BOOT_NO_PREEMPTION) != 0) RC_ASSERT(record.preemptions == 0u);
    }
  });
  EXPECT_TRUE(held);
}

// FCFS over one server: with arrivals at different times, each job starts when it arrives or when the one before it
// ends, whichever is later.
TEST(Property, FcfsEqualsTheSingleServerRecurrence) {
  const bool held = rc::check([] {
    Scenario s = scenario();
    s.policy = "fcfs";
    s.flags = 0;
    s.ring_entries = 64;
    std::uint64_t clock = 0;
    std::map<std::uint32_t, int> per_queue;
    std::vector<Arrival> kept;
    for (Arrival& arrival : s.arrivals) {
      arrival.at = std::max(arrival.at, clock + 1);
      clock = arrival.at;
      // A queue's ring is a stage of its own behind kQueueDepth slots; the recurrence has none.
      if (++per_queue[arrival.queue] <= static_cast<int>(kQueueDepth)) kept.push_back(arrival);
    }
    s.arrivals = kept;
    const auto bench = set_up(s);
    bench->run();
    std::uint64_t free_at = 0;
    for (std::uint64_t id = 1; id <= s.arrivals.size(); ++id) {
      const Arrival& arrival = s.arrivals[id - 1];
      const std::uint64_t start = std::max(arrival.at, free_at);
      free_at = start + duration(arrival.program);
      RC_ASSERT(bench->record(id).started_ticks == start);
      RC_ASSERT(bench->record(id).finished_ticks == free_at);
    }
  });
  EXPECT_TRUE(held);
}

// No job is put on the engines while the head of a queue in a higher band is ready.
TEST(Property, FixedPriorityNeverDispatchesBelowAReadyBand) {
  const bool held = rc::check([] {
    Scenario s = scenario();
    s.policy = "fixed-priority";
    s.flags = 0;
    const auto bench = set_up(s);
    bench->run();
    expect_conserved(*bench, s);
    std::map<std::uint32_t, std::uint32_t> open;  // accepted and not completed, per queue
    for (const LogLine& line : bench->soc.lines) {
      if (line.event == LogEvent::Accepted) ++open[line.queue];
      if (line.event == LogEvent::Completed) --open[line.queue];
      if (line.event != LogEvent::Dispatched && line.event != LogEvent::Resumed) continue;
      for (const auto& [queue, count] : open) RC_ASSERT(count == 0 || band(queue) <= band(line.queue));
    }
  });
  EXPECT_TRUE(held);
}

bool starts(const LogLine& line) { return line.event == LogEvent::Dispatched || line.event == LogEvent::Resumed; }

// Before a job at the head of its queue each other queue has one turn at most.
TEST(Property, RoundRobinServesEachOtherQueueOnceBeforeOneThatWaits) {
  const bool held = rc::check([] {
    Scenario s = scenario();
    s.policy = "round-robin";
    s.flags = 0;
    s.quantum_us = 0;
    const auto bench = set_up(s);
    bench->run();
    expect_conserved(*bench, s);
    std::map<std::uint32_t, std::uint32_t> open;  // accepted and not completed, per queue
    std::map<std::uint32_t, std::map<std::uint32_t, std::uint32_t>>
        turns;  // of others, since the queue's head is ready
    for (const LogLine& line : bench->soc.lines) {
      if (line.event == LogEvent::Accepted && open[line.queue]++ == 0) turns[line.queue].clear();
      if (line.event == LogEvent::Completed) {
        --open[line.queue];
        turns[line.queue].clear();
      }
      if (!starts(line)) continue;
      for (const auto& [queue, count] : open)
        if (count != 0 && queue != line.queue) RC_ASSERT(++turns[queue][line.queue] <= 1u);
    }
  });
  EXPECT_TRUE(held);
}

// So none that comes behind a job's deadline goes before it.
TEST(Property, EdfNeverStartsALaterDeadlineThanOneThatWaits) {
  const bool held = rc::check([] {
    Scenario s = scenario();
    s.policy = "edf";
    s.flags = 0;
    const auto bench = set_up(s);
    bench->run();
    expect_conserved(*bench, s);
    const auto deadline = [&](std::uint64_t job) {
      const Arrival& arrival = s.arrivals[job - 1];
      return arrival.deadline == 0 ? kNever : arrival.at + arrival.deadline;
    };
    std::map<std::uint32_t, std::deque<std::uint64_t>> jobs;  // accepted and not completed, per queue
    for (const LogLine& line : bench->soc.lines) {
      if (line.event == LogEvent::Accepted && line.queue != 0) jobs[line.queue].push_back(line.job);
      if (line.event == LogEvent::Completed) jobs[line.queue].pop_front();
      if (!starts(line)) continue;
      for (const auto& [queue, waiting] : jobs)
        if (!waiting.empty()) RC_ASSERT(deadline(line.job) <= deadline(waiting.front()));
    }
  });
  EXPECT_TRUE(held);
}

TEST(Property, TheSameScenarioGivesTheSameLog) {
  const bool held = rc::check([] {
    const Scenario s = scenario();
    const auto a = set_up(s);
    const auto b = set_up(s);
    a->run();
    b->run();
    RC_ASSERT(a->soc.lines.size() == b->soc.lines.size());
    for (std::size_t i = 0; i < a->soc.lines.size(); ++i) {
      const LogLine &x = a->soc.lines[i], &y = b->soc.lines[i];
      RC_ASSERT(x.event == y.event && x.queue == y.queue && x.job == y.job && x.at == y.at);
    }
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace takt::firmware::test
