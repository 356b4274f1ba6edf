// Warm boot: what the firmware that begins anew knows of before (firmware/abi/boot.h). A tick is a microsecond.
#include <gtest/gtest.h>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

constexpr std::uint64_t kArea = kDram + 0xd9000;
constexpr std::uint32_t kLogBytes = sizeof(takt_telemetry_header) + 64 * sizeof(takt_log_record);

template <typename Slot>
Slot request(std::uint32_t type) {
  Slot slot{};
  slot.type = type;
  slot.job_id = 0x9000 + type;
  return slot;
}

takt_queue_slot about(std::uint32_t type, std::uint32_t queue) {
  auto slot = request<takt_queue_slot>(type);
  slot.queue = queue;
  return slot;
}

// Program 0 of 100 ticks with three cuts; queues 1 and 2 of the normal band, 3 realtime, each a context.
class WarmBoot : public testing::Test {
 protected:
  WarmBoot() : bench("fixed-priority") {
    bench.boot();
    bench.add_program(0, 100, 3);
    bench.add_queue(1);
    bench.add_queue(2);
    bench.add_queue(3, TAKT_BAND_REALTIME);
  }

  template <typename Slot>
  std::uint32_t ask(const Slot& slot) {
    return bench.control(as_slot(slot));
  }
  std::uint32_t set_log() {
    auto slot = request<takt_service_slot>(TAKT_SLOT_SET_LOG);
    slot.address = kArea;
    slot.bytes = kLogBytes;
    return ask(slot);
  }
  takt_telemetry_header log_header() { return bench.soc.get<takt_telemetry_header>(kArea); }
  takt_log_record log_record(std::uint64_t n) {
    return bench.soc.get<takt_log_record>(kArea + sizeof(takt_telemetry_header) + n * sizeof(takt_log_record));
  }
  // As the dump of the state has it; its band is ~0 where there is no such queue.
  takt_queue_state queue(std::uint32_t id) {
    auto slot = request<takt_service_slot>(TAKT_SLOT_DUMP_STATE);
    slot.address = kArea + kLogBytes;
    slot.bytes = 2048;
    EXPECT_EQ(ask(slot), TAKT_STATUS_OK);
    const auto dump = bench.soc.get<takt_state_dump>(slot.address);
    for (std::uint32_t i = 0; i < dump.queues; ++i) {
      const auto state = bench.soc.get<takt_queue_state>(slot.address + sizeof dump + i * sizeof(takt_queue_state));
      if (state.queue == id) return state;
    }
    takt_queue_state none{};
    none.band = ~0u;
    return none;
  }

  Bench bench;
};

TEST_F(WarmBoot, ServesItsQueuesAndProgramsWithoutARequest) {
  ASSERT_TRUE(bench.restart());
  EXPECT_EQ(bench.soc.boot_status, TAKT_BOOT_RESTORED);
  const std::uint64_t begin = bench.soc.now;
  bench.submit(1, job(1, 0));
  bench.submit_at(begin + 10, 3, job(2, 0));
  bench.run();
  EXPECT_EQ(bench.order(), (std::vector<std::uint64_t>{2, 1})) << "realtime goes first at the cut";
  EXPECT_EQ(bench.record(2).started_ticks, begin + 25 + kSaveTicks);
  EXPECT_EQ(bench.record(1).status, TAKT_STATUS_OK);
}

TEST_F(WarmBoot, NothingOfBeforeIsAnswered) {
  for (std::uint64_t id = 1; id <= 5; ++id) bench.submit(1, job(id, 0));
  bench.submit(2, job(6, 0));
  bench.run(bench.soc.now + 130);  // one done, one on the engines
  EXPECT_EQ(bench.order(), (std::vector<std::uint64_t>{1}));
  ASSERT_TRUE(bench.restart());
  bench.submit(1, job(11, 0));
  bench.run();
  EXPECT_EQ(bench.order(), (std::vector<std::uint64_t>{1, 11}));
  EXPECT_EQ(bench.record(11).finished_ticks - bench.record(11).started_ticks, 100u) << "the engines were free";
}

TEST_F(WarmBoot, QueuesStandAsRequestsHaveLeftThem) {
  EXPECT_EQ(ask(about(TAKT_SLOT_SUSPEND_QUEUE, 1)), TAKT_STATUS_OK);
  EXPECT_EQ(ask(about(TAKT_SLOT_SUSPEND_QUEUE, 2)), TAKT_STATUS_OK);
  EXPECT_EQ(ask(about(TAKT_SLOT_RESUME_QUEUE, 2)), TAKT_STATUS_OK);
  auto band = about(TAKT_SLOT_SET_BAND, 2);
  band.band = TAKT_BAND_FOCUS;
  EXPECT_EQ(ask(band), TAKT_STATUS_OK);
  EXPECT_EQ(ask(about(TAKT_SLOT_DESTROY_QUEUE, 3)), TAKT_STATUS_OK);
  ASSERT_TRUE(bench.restart());
  EXPECT_EQ(queue(1).flags, TAKT_QUEUE_SUSPENDED);
  EXPECT_EQ(queue(1).band, static_cast<std::uint32_t>(TAKT_BAND_NORMAL));
  EXPECT_EQ(queue(2).flags, 0u);
  EXPECT_EQ(queue(2).band, static_cast<std::uint32_t>(TAKT_BAND_FOCUS));
  EXPECT_EQ(queue(3).band, ~0u);
}

TEST_F(WarmBoot, AReleasedContextIsNoMore) {
  auto release = request<takt_queue_slot>(TAKT_SLOT_RELEASE_CONTEXT);
  release.context = queue(2).context;
  EXPECT_EQ(ask(release), TAKT_STATUS_OK);
  ASSERT_TRUE(bench.restart());
  EXPECT_NE(queue(1).band, ~0u);
  EXPECT_EQ(queue(2).band, ~0u);
  bench.add_queue(2);  // its number is free
}

TEST_F(WarmBoot, ARefusedRequestIsNotRemembered) {
  takt_create_queue_slot twice = create_queue(0x9100, 1, TAKT_BAND_FOCUS);
  EXPECT_EQ(ask(twice), TAKT_STATUS_BAD_QUEUE);
  ASSERT_TRUE(bench.restart());
  EXPECT_EQ(queue(1).band, static_cast<std::uint32_t>(TAKT_BAND_NORMAL));
}

TEST_F(WarmBoot, TheSchedulingLogGoesOn) {
  EXPECT_EQ(set_log(), TAKT_STATUS_OK);
  bench.submit(1, job(1, 0));
  bench.run();
  const std::uint64_t before = log_header().written;
  EXPECT_EQ(before, 3u);  // accepted, dispatched, completed
  ASSERT_TRUE(bench.restart());
  bench.submit(1, job(2, 0));
  bench.run();
  EXPECT_EQ(log_header().written, before + 4);
  EXPECT_EQ(log_record(0).job_id, 1u);
  EXPECT_EQ(log_record(before).event, static_cast<std::uint32_t>(TAKT_LOG_RESTORED));
  EXPECT_EQ(log_record(before + 1).event, static_cast<std::uint32_t>(TAKT_LOG_ACCEPTED));
  EXPECT_EQ(log_record(before + 1).job_id, 2u);
}

TEST_F(WarmBoot, SettingsOfTheFirmwareStand) {
  auto coalescing = request<takt_service_slot>(TAKT_SLOT_SET_COALESCING);
  coalescing.count = 3;
  coalescing.microseconds = 1000;
  EXPECT_EQ(ask(coalescing), TAKT_STATUS_OK);
  auto mode = request<takt_service_slot>(TAKT_SLOT_SET_TEST_MODE);
  mode.value = TAKT_TEST_NULL_JOBS;
  EXPECT_EQ(ask(mode), TAKT_STATUS_OK);
  ASSERT_TRUE(bench.restart());
  const std::uint32_t before = bench.soc.host_interrupts;
  const std::uint64_t begin = bench.soc.now;
  for (std::uint64_t id = 1; id <= 3; ++id) bench.submit(1, job(id, 0));
  bench.run();
  EXPECT_EQ(bench.soc.host_interrupts, before + 1);
  EXPECT_EQ(bench.record(3).finished_ticks, begin) << "no engine ran it";
}

TEST_F(WarmBoot, InjectedFaultsAreForgotten) {
  auto lose = request<takt_service_slot>(TAKT_SLOT_INJECT_FAULT);
  lose.value = TAKT_FAULT_LOSE_DOORBELL;
  lose.count = 1000;
  EXPECT_EQ(ask(lose), TAKT_STATUS_OK);
  ASSERT_TRUE(bench.restart());
  bench.submit(1, job(1, 0));
  bench.run();
  EXPECT_EQ(bench.record(1).status, TAKT_STATUS_OK);
}

// Whatever the hardware queues had: a queue without a window table has none in force.
TEST_F(WarmBoot, WindowsAreWrittenAnew) {
  takt_create_queue_slot slot = create_queue(0x9200, 4, TAKT_BAND_NORMAL);
  slot.windows = kDram + 0xda000;
  bench.make_ring(ring_of(4), 64);
  EXPECT_EQ(ask(slot), TAKT_STATUS_OK);
  bench.submit(4, job(1, 0));
  bench.run();
  EXPECT_EQ(bench.soc.last_windows, slot.windows);
  ASSERT_TRUE(bench.restart());
  bench.submit(2, job(2, 0));  // on the same hardware queue
  bench.run();
  EXPECT_EQ(bench.soc.last_windows, 0u);
}

TEST_F(WarmBoot, IsAsGoodTheSecondTime) {
  ASSERT_TRUE(bench.restart());
  ASSERT_TRUE(bench.restart());
  bench.submit(3, job(1, 0));
  bench.run();
  EXPECT_EQ(bench.record(1).status, TAKT_STATUS_OK);
}

TEST_F(WarmBoot, IsRefusedWhereMemoryIsNotAsItWas) {
  bench.journal = Journal{};  // power was gone
  EXPECT_FALSE(bench.restart());
  EXPECT_EQ(bench.soc.boot_status, TAKT_BOOT_REFUSED);
}

TEST_F(WarmBoot, IsRefusedWhereAProgramIsNotThereAnyMore) {
  bench.soc.put(program_at(0), takt_program_header{});
  EXPECT_FALSE(bench.restart());
  EXPECT_EQ(bench.soc.boot_status, TAKT_BOOT_REFUSED);
}

TEST_F(WarmBoot, AColdBootForgets) {
  takt_boot_info info = boot_info("fixed-priority");
  bench.soc.restart();
  bench.make_ring(kCompletionRing, 64);
  bench.make_ring(ring_of(TAKT_CONTROL_QUEUE), 64);
  bench.soc.monitor(info);
  bench.firmware = std::make_unique<Firmware>(bench.hal, info, bench.journal);
  bench.boot();
  EXPECT_EQ(queue(1).band, ~0u);
  EXPECT_EQ(bench.journal.size(), 0u);
}

// As many as requests can set up at once: later ones take the place of earlier ones.
TEST(Journal, HoldsWhateverIsAskedFor) {
  Journal journal{};
  journal.clear();
  const auto note = [&](std::uint32_t type, std::uint32_t subject) {
    takt_job_slot slot{};
    slot.type = type;
    slot.program = subject;
    journal.note(slot);
  };
  std::uint32_t last = 0;
  for (int times = 0; times < 3; ++times) {
    for (const std::uint32_t type : {TAKT_SLOT_CREATE_QUEUE, TAKT_SLOT_SET_BAND, TAKT_SLOT_SUSPEND_QUEUE})
      for (std::uint32_t queue = 1; queue < TAKT_MAX_QUEUES; ++queue) note(type, queue);
    for (std::uint32_t queue = 1; queue < TAKT_MAX_QUEUES; ++queue) note(TAKT_SLOT_SET_SCHEDULING, queue);
    for (std::uint32_t program = 0; program < TAKT_MAX_PROGRAMS; ++program) note(TAKT_SLOT_REGISTER_PROGRAM, program);
    for (std::uint32_t band = 0; band < TAKT_BANDS; ++band) note(TAKT_SLOT_SET_BAND_SETUP, band);
    for (std::uint32_t port = 0; port < TAKT_NOC_MAX_PORTS; ++port) note(TAKT_SLOT_SET_BANDWIDTH, port);
    for (std::uint32_t type = TAKT_SLOT_SET_COALESCING; type <= TAKT_SLOT_SET_POWER_LEVEL; ++type) note(type, 0);
    note(TAKT_SLOT_SET_GOVERNOR, 0);
    note(TAKT_SLOT_SET_JOB_LIMIT, 0);
    if (times != 0) {
      EXPECT_EQ(journal.size(), last);
    }
    last = journal.size();
  }
  EXPECT_TRUE(journal.whole());
  EXPECT_EQ(last, 4 * (TAKT_MAX_QUEUES - 1) + TAKT_MAX_PROGRAMS + TAKT_BANDS + TAKT_NOC_MAX_PORTS + 8);
  for (std::uint32_t queue = 1; queue < TAKT_MAX_QUEUES; ++queue) note(TAKT_SLOT_DESTROY_QUEUE, queue);
  EXPECT_EQ(journal.size(), last - 4 * (TAKT_MAX_QUEUES - 1));
}

}  // namespace
}  // namespace takt::firmware::test
