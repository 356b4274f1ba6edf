// Bands, quanta, graces and the share of the normal band, in ticks that follow from the setup at boot. A tick is a
// microsecond; programs have a cut every kCut ticks, and a save takes kSaveTicks.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

constexpr std::uint64_t kCut = 100, kLong = 400000, kShort = 50;
constexpr std::uint64_t kMillisecond = 1000;

// Linux, drivers/accel/ivpu: priority band setup, here in microseconds.
struct Published {
  takt_band band;
  std::uint64_t grace, process_quantum;
};
constexpr Published kPublished[] = {{TAKT_BAND_IDLE, 0, 16 * kMillisecond},
                                    {TAKT_BAND_NORMAL, 5 * kMillisecond, 30 * kMillisecond},
                                    {TAKT_BAND_FOCUS, 5 * kMillisecond, 20 * kMillisecond},
                                    {TAKT_BAND_REALTIME, 0, 20 * kMillisecond}};
constexpr std::uint64_t kProcessGrace = 5 * kMillisecond;

// The first cut at or behind a time on the engines.
constexpr std::uint64_t next_cut(std::uint64_t run) { return (run + kCut - 1) / kCut * kCut; }

struct Own {                  // scheduling properties of a queue
  std::uint32_t context = 0;  // 0: its own
  std::uint32_t level = 0;
  std::int32_t priority = 0;
  std::uint32_t quantum_us = 0;
  std::uint32_t grace_same_us = 0;
  std::uint32_t grace_lower_us = 0;
};

class Bands : public testing::Test {
 protected:
  Bands() { begin("fcfs"); }

  void begin(const std::string& policy, std::uint32_t flags = TAKT_BOOT_BANDS) {
    takt_boot_info info = boot_info(policy);
    info.flags = flags;
    bench = std::make_unique<Bench>(info);
    bench->boot();
    bench->add_program(0, kLong, kLong / kCut - 1);
    bench->add_program(1, kShort);
  }
  void queue(std::uint32_t id, takt_band band, const Own& own = {}) {
    bench->make_ring(ring_of(id), 64);
    takt_create_queue_slot create = create_queue(0x2000 + id, id, band);
    if (own.context != 0) create.context = own.context;
    ASSERT_EQ(bench->control(as_slot(create)), TAKT_STATUS_OK);
    takt_scheduling_slot set{};
    set.type = TAKT_SLOT_SET_SCHEDULING;
    set.job_id = 0x3000 + id;
    set.queue = id;
    set.band = band;
    set.level = own.level;
    set.priority = own.priority;
    set.quantum_us = own.quantum_us;
    set.grace_same_us = own.grace_same_us;
    set.grace_lower_us = own.grace_lower_us;
    ASSERT_EQ(bench->control(as_slot(set)), TAKT_STATUS_OK);
  }
  void set_band(takt_band band, std::uint32_t grace, std::uint32_t quantum, std::uint32_t process_grace,
                std::uint32_t share = 0) {
    takt_band_slot set{};
    set.type = TAKT_SLOT_SET_BAND_SETUP;
    set.job_id = 0x4000 + band;
    set.band = band;
    set.grace_us = grace;
    set.process_quantum_us = quantum;
    set.process_grace_us = process_grace;
    set.share_percent = share;
    ASSERT_EQ(bench->control(as_slot(set)), TAKT_STATUS_OK);
  }
  std::uint64_t started(std::uint64_t id) const { return bench->record(id).started_ticks; }
  // When preemption of a job was asked for, in order.
  std::vector<std::uint64_t> asked(std::uint64_t id) const {
    std::vector<std::uint64_t> at;
    for (const LogLine& line : bench->soc.lines)
      if (line.event == LogEvent::PreemptRequested && line.job == id) at.push_back(line.at);
    return at;
  }
  // Ticks that jobs of a queue were on the engines until `end`.
  std::uint64_t served(std::uint32_t queue, std::uint64_t end) const {
    std::uint64_t sum = 0, since = 0;
    bool on = false;
    for (const LogLine& line : bench->soc.lines) {
      if (line.queue != queue || line.at > end) continue;
      if (line.event == LogEvent::Dispatched || line.event == LogEvent::Resumed) {
        on = true;
        since = line.at;
      } else if (on && (line.event == LogEvent::Preempted || line.event == LogEvent::Completed)) {
        on = false;
        sum += line.at - since;
      }
    }
    return sum + (on ? end - since : 0);
  }

  std::unique_ptr<Bench> bench;
};

TEST_F(Bands, AStrongerBandWaitsForItsGraceToTheTick) {
  for (const Published& strong : kPublished)
    for (const Published& weak : kPublished) {
      if (weak.band >= strong.band) continue;
      begin("fcfs");
      queue(1, weak.band);
      queue(2, strong.band);
      bench->submit(1, job(1, 0));
      bench->submit_at(1234, 2, job(2, 1));
      bench->run();
      EXPECT_EQ(asked(1), std::vector<std::uint64_t>{1234 + strong.grace}) << weak.band << " " << strong.band;
      EXPECT_EQ(started(2), next_cut(1234 + strong.grace) + kSaveTicks);
    }
}

TEST_F(Bands, AJobThatEndsInTheGraceIsNotPreempted) {
  queue(1, TAKT_BAND_NORMAL);
  queue(2, TAKT_BAND_FOCUS);
  bench->add_program(2, 5 * kMillisecond, 9);
  bench->submit(1, job(1, 2));
  bench->submit_at(1, 2, job(2, 1));
  bench->run();
  EXPECT_EQ(started(2), 5 * kMillisecond);
  EXPECT_EQ(bench->firmware->counters().preempt_requests, 0u);
}

TEST_F(Bands, TheGraceRunsFromTheFirstOfTheStronger) {
  queue(1, TAKT_BAND_IDLE);
  queue(2, TAKT_BAND_NORMAL);
  queue(3, TAKT_BAND_FOCUS);
  bench->submit(1, job(1, 0));
  bench->submit_at(1000, 2, job(2, 1));
  bench->submit_at(4000, 3, job(3, 1));  // the same grace, and it goes first
  bench->run();
  EXPECT_EQ(asked(1).front(), 6 * kMillisecond);
  EXPECT_LT(started(3), started(2));
}

TEST_F(Bands, ProcessesTakeTurnsByTheQuantumOfTheirBandToTheTick) {
  for (const Published& own : kPublished) {
    begin("fcfs");
    queue(1, own.band);
    queue(2, own.band);
    bench->submit(1, job(1, 0));
    bench->submit(2, job(2, 0));
    bench->run(200 * kMillisecond);
    const std::uint64_t stay = own.process_quantum + kProcessGrace;  // a multiple of kCut
    ASSERT_GE(asked(1).size(), 2u);
    EXPECT_EQ(asked(1)[0], stay);
    EXPECT_EQ(asked(2)[0], stay + kSaveTicks + stay);
    EXPECT_EQ(asked(1)[1], 2 * (stay + kSaveTicks) + stay);
  }
}

TEST_F(Bands, WhoeverComesWhenTheQuantumIsUsedUpWaitsForTheGraceAlone) {
  queue(1, TAKT_BAND_NORMAL);
  queue(2, TAKT_BAND_NORMAL);
  bench->submit(1, job(1, 0));
  bench->submit_at(100 * kMillisecond, 2, job(2, 1));
  bench->run();
  EXPECT_EQ(asked(1), std::vector<std::uint64_t>{100 * kMillisecond + kProcessGrace});
}

TEST_F(Bands, QueuesOfAProcessShareItsTurn) {
  queue(1, TAKT_BAND_NORMAL, {77});
  queue(2, TAKT_BAND_NORMAL, {77});
  queue(3, TAKT_BAND_NORMAL);
  bench->add_program(2, 20 * kMillisecond, 199);
  bench->submit(1, job(1, 2));
  bench->submit(2, job(2, 2));
  bench->submit(3, job(3, 2));
  bench->run();
  EXPECT_EQ(started(2), 20 * kMillisecond);  // of the process's 30 ms
  EXPECT_EQ(asked(2), std::vector<std::uint64_t>{30 * kMillisecond + kProcessGrace});
  EXPECT_EQ(started(3), 35 * kMillisecond + kSaveTicks);
}

TEST_F(Bands, HigherLevelsOfTheRealtimeBandPreemptAtOnce) {
  queue(1, TAKT_BAND_REALTIME, {0, 3});
  queue(2, TAKT_BAND_REALTIME, {0, 4});
  bench->submit(1, job(1, 0));
  bench->submit_at(150, 2, job(2, 1));
  bench->run();
  EXPECT_EQ(asked(1), std::vector<std::uint64_t>{150});
}

TEST_F(Bands, AHigherPriorityOfTheSameProcessWaitsForItsOwnGrace) {
  queue(1, TAKT_BAND_NORMAL, {77, 0, -7});
  queue(2, TAKT_BAND_NORMAL, {77, 0, 7, 0, 0, 700});
  queue(3, TAKT_BAND_NORMAL, {0, 0, 7});  // of another process: no rival
  bench->submit(1, job(1, 0));
  bench->submit_at(100, 3, job(3, 1));
  bench->submit_at(250, 2, job(2, 1));
  bench->run(20 * kMillisecond);
  EXPECT_EQ(asked(1), std::vector<std::uint64_t>{250 + 700});
  EXPECT_EQ(bench->order().front(), 3u);  // accepted first
}

TEST_F(Bands, QueuesOfAProcessTakeTurnsByTheirOwnQuantum) {
  set_band(TAKT_BAND_NORMAL, 0, 0, 0);
  queue(1, TAKT_BAND_NORMAL, {77, 0, 0, 2000, 300});
  queue(2, TAKT_BAND_NORMAL, {77, 0, 0, 1000, 500});
  bench->submit(1, job(1, 0));
  bench->submit(2, job(2, 0));
  bench->run(10 * kMillisecond);
  ASSERT_GE(asked(1).size(), 2u);
  EXPECT_EQ(asked(1)[0], 2000u + 500);  // the grace is that of who takes over
  EXPECT_EQ(asked(2)[0], 2500 + kSaveTicks + 1000 + 300);
}

TEST_F(Bands, NormalHasItsShareWhileFocusHogsTheEngines) {
  for (const std::uint32_t share : {10u, 25u}) {
    begin("fcfs");
    queue(1, TAKT_BAND_FOCUS);
    queue(2, TAKT_BAND_NORMAL);
    set_band(TAKT_BAND_NORMAL, 5000, 30000, 5000, share);
    bench->add_program(2, 100 * kMillisecond, 999);
    for (std::uint64_t n = 0; n < 60; ++n) {
      bench->submit(1, job(100 + n, 2));
      bench->submit(2, job(200 + n, 2));
    }
    const std::uint64_t quantum = 30 * kMillisecond;
    for (std::uint64_t end = 500 * kMillisecond; end <= 5000 * kMillisecond; end += 500 * kMillisecond) {
      bench->run(end);
      const std::uint64_t due = end * share / 100;
      EXPECT_GE(served(2, end) + quantum + 5 * kMillisecond, due) << end;
      EXPECT_LE(served(2, end), due + quantum + 5 * kMillisecond) << end;
    }
  }
}

TEST_F(Bands, IdleHasNoShare) {
  queue(1, TAKT_BAND_NORMAL);
  queue(2, TAKT_BAND_IDLE);
  bench->submit(1, job(1, 0));
  bench->submit(2, job(2, 1));
  bench->run();
  EXPECT_EQ(started(2), kLong);
}

TEST_F(Bands, NobodyIsOwedWhatHeDidNotWaitFor) {
  queue(1, TAKT_BAND_FOCUS);
  queue(2, TAKT_BAND_NORMAL);
  bench->submit(1, job(1, 0));
  bench->submit_at(390 * kMillisecond, 2, job(2, 1));  // ten milliseconds from the end
  bench->run();
  EXPECT_EQ(started(2), kLong);
}

// The queue that has to signal takes the place of the one that waits; between them stands a hog.
TEST_F(Bands, AQueueThatAStrongerOneWaitsForHasItsBand) {
  queue(1, TAKT_BAND_IDLE);
  queue(2, TAKT_BAND_NORMAL);
  queue(3, TAKT_BAND_REALTIME);
  bench->submit(2, job(20, 0));
  bench->submit(1, job(10, 1));
  bench->submit(1, fence(TAKT_SLOT_FENCE_SIGNAL, kFence, 1));
  bench->submit_at(1000, 3, fence(TAKT_SLOT_FENCE_WAIT, kFence, 1));
  bench->submit_at(1000, 3, job(30, 1));
  bench->run();
  EXPECT_EQ(started(10), 1000 + kSaveTicks);
  EXPECT_EQ(started(30), started(10) + kShort);
  EXPECT_EQ(bench->record(20).finished_ticks, kLong + kSaveTicks + 2 * kShort);
}

TEST_F(Bands, InheritanceGoesThroughAChain) {
  for (std::uint32_t id = 1; id <= 3; ++id) queue(id, TAKT_BAND_IDLE);
  queue(4, TAKT_BAND_REALTIME);
  queue(5, TAKT_BAND_NORMAL);
  bench->submit(5, job(50, 0));
  for (std::uint32_t id = 1; id <= 3; ++id) {
    if (id != 1) bench->submit(id, fence(TAKT_SLOT_FENCE_WAIT, kFence + 8 * (id - 1), 1));
    bench->submit(id, job(id, 1));
    bench->submit(id, fence(TAKT_SLOT_FENCE_SIGNAL, kFence + 8 * id, 1));
  }
  bench->submit_at(1000, 4, fence(TAKT_SLOT_FENCE_WAIT, kFence + 24, 1));
  bench->submit_at(1000, 4, job(4, 1));
  bench->run();
  EXPECT_EQ(bench->order(), (std::vector<std::uint64_t>{1, 2, 3, 4, 50}));
}

TEST_F(Bands, AreANumberToThePolicyWithoutTheFlag) {
  begin("fcfs", 0);
  queue(1, TAKT_BAND_IDLE);
  queue(2, TAKT_BAND_REALTIME);
  bench->submit(1, job(1, 0));
  bench->submit_at(100, 2, job(2, 1));
  bench->run();
  EXPECT_EQ(started(2), kLong);
}

TEST_F(Bands, PropertiesOutOfRangeAreRefused) {
  queue(1, TAKT_BAND_NORMAL);
  takt_scheduling_slot good{};
  good.type = TAKT_SLOT_SET_SCHEDULING;
  good.queue = 1;
  good.band = TAKT_BAND_REALTIME;
  const auto status = [&](auto change) {
    takt_scheduling_slot slot = good;
    slot.job_id = ++good.job_id;
    change(slot);
    return bench->control(as_slot(slot));
  };
  EXPECT_EQ(status([](auto& s) { s.level = 31; }), TAKT_STATUS_OK);
  EXPECT_EQ(status([](auto& s) { s.level = 32; }), TAKT_STATUS_BAD_SLOT);
  EXPECT_EQ(status([](auto& s) { s.band = TAKT_BAND_FOCUS, s.level = 1; }), TAKT_STATUS_BAD_SLOT);
  EXPECT_EQ(status([](auto& s) { s.band = 4; }), TAKT_STATUS_BAD_SLOT);
  EXPECT_EQ(status([](auto& s) { s.priority = -7; }), TAKT_STATUS_OK);
  EXPECT_EQ(status([](auto& s) { s.priority = 8; }), TAKT_STATUS_BAD_SLOT);
  EXPECT_EQ(status([](auto& s) { s.quantum_us = 9; }), TAKT_STATUS_BAD_SLOT);
  EXPECT_EQ(status([](auto& s) { s.grace_same_us = 1000001; }), TAKT_STATUS_BAD_SLOT);
  EXPECT_EQ(status([](auto& s) { s.grace_lower_us = 1000001; }), TAKT_STATUS_BAD_SLOT);
  EXPECT_EQ(status([](auto& s) { s.weight = 1001; }), TAKT_STATUS_BAD_SLOT);
  EXPECT_EQ(status([](auto& s) { s.reserved = 1; }), TAKT_STATUS_BAD_SLOT);
  EXPECT_EQ(status([](auto& s) { s.queue = 2; }), TAKT_STATUS_BAD_QUEUE);
  EXPECT_EQ(status([](auto& s) { s.queue = 0; }), TAKT_STATUS_BAD_QUEUE);
  takt_band_slot band{};
  band.type = TAKT_SLOT_SET_BAND_SETUP;
  band.band = TAKT_BAND_FOCUS;
  band.share_percent = 1;  // NORMAL's alone
  EXPECT_EQ(bench->control(as_slot(band)), TAKT_STATUS_BAD_SLOT);
  band.band = TAKT_BAND_NORMAL;
  band.share_percent = 100;
  EXPECT_EQ(bench->control(as_slot(band)), TAKT_STATUS_BAD_SLOT);
}

// What is dropped is done again: the job ends its whole length after its restart.
TEST_F(Bands, AKilledJobStartsAgain) {
  begin("fixed-priority", TAKT_BOOT_KILL);
  queue(1, TAKT_BAND_NORMAL);
  queue(2, TAKT_BAND_REALTIME);
  bench->submit(1, job(1, 0));
  bench->submit_at(1234, 2, job(2, 1));
  bench->run();
  EXPECT_EQ(started(2), 1234u);
  EXPECT_EQ(bench->record(1).finished_ticks, 1234 + kShort + kLong);
  EXPECT_EQ(bench->record(1).preemptions, 1u);
  EXPECT_EQ(bench->events(1),
            (std::vector<LogEvent>{LogEvent::Accepted, LogEvent::Dispatched, LogEvent::PreemptRequested,
                                   LogEvent::Killed, LogEvent::Dispatched, LogEvent::Completed}));
  EXPECT_EQ(bench->firmware->counters().kills, 1u);
}

// Three kills cost what was done by then; the fourth stronger job waits for a cut.
TEST_F(Bands, AJobIsKilledSoOftenAndNoMore) {
  begin("fixed-priority", TAKT_BOOT_KILL);
  queue(1, TAKT_BAND_NORMAL);
  queue(2, TAKT_BAND_REALTIME);
  bench->submit(1, job(1, 0));
  for (std::uint64_t i = 1; i <= 4; ++i) bench->submit_at(1000 * i + 10, 2, job(1 + i, 1));
  bench->run();
  const std::uint64_t restarted = 3010 + kShort;
  const std::uint64_t saved = restarted + next_cut(4010 - restarted) + kSaveTicks;
  EXPECT_EQ(started(4), 3010u);
  EXPECT_EQ(started(5), saved);
  EXPECT_EQ(bench->record(1).finished_ticks, restarted + kLong + kSaveTicks + kShort);
  EXPECT_EQ(bench->firmware->counters().kills, TAKT_KILLS_MOST);
  EXPECT_EQ(bench->record(1).preemptions, TAKT_KILLS_MOST + 1);
}

TEST_F(Bands, AProgramThatMayNotRunAgainIsSavedInstead) {
  begin("fixed-priority", TAKT_BOOT_KILL);
  takt_program_header header = program_header(kLong, kLong / kCut - 1);
  header.flags = 0;
  bench->soc.put(program_at(2), header);
  ASSERT_EQ(bench->control(as_slot(register_program(9, 2))), TAKT_STATUS_OK);
  queue(1, TAKT_BAND_NORMAL);
  queue(2, TAKT_BAND_REALTIME);
  bench->submit(1, job(1, 2));
  bench->submit_at(1234, 2, job(2, 1));
  bench->run();
  EXPECT_EQ(started(2), next_cut(1234) + kSaveTicks);
  EXPECT_EQ(bench->record(1).finished_ticks, kLong + kSaveTicks + kShort);
}

TEST_F(Bands, WithoutPreemptionJobsRunToTheirEnds) {
  begin("fixed-priority", TAKT_BOOT_BANDS | TAKT_BOOT_NO_PREEMPTION);
  queue(1, TAKT_BAND_NORMAL);
  queue(2, TAKT_BAND_REALTIME);
  bench->submit(1, job(1, 0));
  bench->submit_at(1234, 2, job(2, 1));
  bench->run();
  EXPECT_EQ(started(2), kLong);
  EXPECT_EQ(bench->firmware->counters().preemption_limited, 1u);
}

}  // namespace
}  // namespace takt::firmware::test
