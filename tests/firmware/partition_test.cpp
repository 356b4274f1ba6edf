// Partitions: jobs beside each other on cores of their own, what is decided for each, and what a reset takes.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

takt_boot_info divided(const std::vector<std::uint8_t>& cores, const std::string& policy = "fcfs") {
  takt_boot_info info = boot_info(policy);
  info.hardware_queues = 4;
  for (std::size_t p = 0; p < cores.size(); ++p) info.partitions |= std::uint32_t{cores[p]} << 4 * p;
  return info;
}

class Partitions : public testing::Test {
 protected:
  void begin(const takt_boot_info& info) {
    bench = std::make_unique<Bench>(info);
    bench->boot();
  }
  std::uint32_t add_queue(std::uint32_t id, std::uint32_t partition) {
    takt_create_queue_slot slot = create_queue(1000 + id, id, TAKT_BAND_NORMAL);
    slot.partition = partition;
    bench->make_ring(ring_of(id), 64);
    return bench->control(as_slot(slot));
  }
  void add_program(std::uint32_t id, std::uint64_t ticks, std::uint32_t cores, std::uint32_t flags) {
    takt_program_header header = program_header(ticks, 0);
    header.cores = cores;
    header.flags = flags;
    header.cores_offset = header.total_bytes;
    header.total_bytes += (cores - 1) * sizeof(takt_core_part);
    bench->soc.put(program_at(id), header);
    ASSERT_EQ(bench->control(as_slot(register_program(2000 + id, id))), TAKT_STATUS_OK);
  }
  std::uint32_t status(std::uint64_t id) const { return bench->record(id).status; }

  std::unique_ptr<Bench> bench;
};

TEST_F(Partitions, JobsOfTwoRunAtOnce) {
  begin(divided({2, 2}));
  bench->add_program(0, 100);
  ASSERT_EQ(add_queue(1, 0), TAKT_STATUS_OK);
  ASSERT_EQ(add_queue(2, 1), TAKT_STATUS_OK);
  ASSERT_EQ(add_queue(3, 1), TAKT_STATUS_OK);
  const std::uint64_t t = bench->soc.now;
  for (std::uint32_t queue = 1; queue <= 3; ++queue) bench->submit(queue, job(queue, 0));
  bench->run();
  EXPECT_EQ(bench->record(1).finished_ticks, t + 100);
  EXPECT_EQ(bench->record(2).finished_ticks, t + 100);
  EXPECT_EQ(bench->record(3).started_ticks, t + 100);
  EXPECT_EQ(bench->record(3).finished_ticks, t + 200);
  EXPECT_TRUE(bench->soc.violations.empty());
}

TEST_F(Partitions, BeginBehindTheCoresOfThoseBefore) {
  begin(divided({1, 2, 1}));
  bench->add_program(0, 10);
  for (std::uint32_t p = 0; p < 3; ++p) ASSERT_EQ(add_queue(1 + p, p), TAKT_STATUS_OK);
  const std::uint32_t first_core[] = {0, 1, 3};
  for (std::uint32_t p = 0; p < 3; ++p) {
    bench->submit(1 + p, job(p, 0));
    bench->run();
    EXPECT_EQ(bench->soc.last_first_core, first_core[p]);
  }
}

TEST_F(Partitions, AreNotThereBeyondTheirNumber) {
  begin(divided({2, 2}));
  EXPECT_EQ(add_queue(1, 2), TAKT_STATUS_BAD_SLOT);
  EXPECT_EQ(add_queue(1, TAKT_MAX_PARTITIONS), TAKT_STATUS_BAD_SLOT);
}

TEST_F(Partitions, RefuseProgramsOfMoreCores) {
  begin(divided({1, 2}));
  add_program(0, 100, 2, TAKT_PROGRAM_RESTARTABLE);
  ASSERT_EQ(add_queue(1, 0), TAKT_STATUS_OK);
  ASSERT_EQ(add_queue(2, 1), TAKT_STATUS_OK);
  bench->submit(1, job(1, 0));
  bench->submit(2, job(2, 0));
  bench->run();
  EXPECT_EQ(status(1), TAKT_STATUS_UNSUPPORTED);
  EXPECT_EQ(status(2), TAKT_STATUS_OK);
}

TEST_F(Partitions, WithGapsOrMoreCoresOrHardwareQueuesThanThereAreRefuseToBoot) {
  const auto boots = [](takt_boot_info info) {
    Bench other(info);
    return other.firmware->boot();
  };
  EXPECT_TRUE(boots(divided({2, 2})));
  EXPECT_FALSE(boots(divided({2, 3})));
  EXPECT_FALSE(boots(divided({2, 0, 2})));
  takt_boot_info few = divided({1, 1, 1});
  few.hardware_queues = 2;
  EXPECT_FALSE(boots(few));
  takt_boot_info old = divided({2, 2});
  old.hardware_version = TAKT_ABI_VERSION(1, 5);
  EXPECT_FALSE(boots(old));
}

// Round robin by a quantum of 30 in one, while the other's job is alone and stays.
TEST_F(Partitions, KeepTheirQuantaApart) {
  takt_boot_info info = divided({2, 2}, "round-robin");
  info.round_robin_quantum_us = 30;
  begin(info);
  bench->add_program(0, 100, 9);
  for (std::uint32_t queue = 1; queue <= 3; ++queue) ASSERT_EQ(add_queue(queue, queue == 3 ? 1 : 0), TAKT_STATUS_OK);
  for (std::uint32_t queue = 1; queue <= 3; ++queue) bench->submit(queue, job(queue, 0));
  bench->run();
  EXPECT_GT(bench->record(1).preemptions, 0u);
  EXPECT_EQ(bench->record(3).preemptions, 0u);
}

TEST_F(Partitions, AHangTakesTheOthersJobsWhichStartAgainIfTheyMay) {
  takt_boot_info info = divided({1, 1, 1});
  info.job_timeout_us = 40;
  begin(info);
  add_program(0, 100, 1, TAKT_PROGRAM_RESTARTABLE);
  add_program(1, 100, 1, 0);
  for (std::uint32_t p = 0; p < 3; ++p) ASSERT_EQ(add_queue(1 + p, p), TAKT_STATUS_OK);
  bench->soc.mishaps[11].hang_at = 0;
  const std::uint64_t t = bench->soc.now;
  bench->submit(1, job(11, 0));
  bench->submit(2, job(12, 0));
  bench->submit(3, job(13, 1));
  bench->run();
  EXPECT_EQ(bench->soc.resets, 1u);
  EXPECT_EQ(status(11), TAKT_STATUS_TIMEOUT);
  EXPECT_EQ(status(12), TAKT_STATUS_OK);
  EXPECT_EQ(status(13), TAKT_STATUS_ABORTED);
  const std::uint64_t reset = bench->record(11).finished_ticks;
  EXPECT_EQ(reset, t + 40);  // a sample every 10, none of them with progress
  EXPECT_EQ(bench->record(13).finished_ticks, reset);
  EXPECT_EQ(bench->record(12).started_ticks, reset);
  EXPECT_EQ(bench->record(12).finished_ticks, reset + 100);
  EXPECT_EQ(bench->firmware->counters().collateral, 2u);
  EXPECT_EQ(bench->firmware->counters().kills, 0u);
}

TEST_F(Partitions, AResetOnRequestNamesItsCulpritFirst) {
  begin(divided({1, 1}));
  bench->add_program(0, 100);
  ASSERT_EQ(add_queue(1, 0), TAKT_STATUS_OK);
  ASSERT_EQ(add_queue(2, 1), TAKT_STATUS_OK);
  bench->submit(1, job(11, 0));
  bench->submit(2, job(12, 0));
  bench->settle();
  takt_service_slot reset{};
  reset.type = TAKT_SLOT_RESET_ENGINES;
  reset.job_id = 5;
  reset.address = kFence;
  reset.bytes = sizeof(takt_reset_report);
  reset.value = 1;
  ASSERT_EQ(bench->control(as_slot(reset)), TAKT_STATUS_OK);
  const auto report = bench->soc.get<takt_reset_report>(kFence);
  ASSERT_EQ(report.count, 2u);
  EXPECT_EQ(report.jobs[0].job_id, 12u);
  EXPECT_EQ(report.jobs[0].blame, TAKT_RESET_CULPRIT);
  EXPECT_EQ(report.jobs[0].context, 102u);
  EXPECT_EQ(report.jobs[1].job_id, 11u);
  EXPECT_EQ(report.jobs[1].blame, TAKT_RESET_COLLATERAL);
  takt_service_slot resume{};
  resume.type = TAKT_SLOT_RESUME_ENGINES;
  resume.job_id = 6;
  ASSERT_EQ(bench->control(as_slot(resume)), TAKT_STATUS_OK);
  bench->run();
  EXPECT_EQ(status(12), TAKT_STATUS_ABORTED);
  EXPECT_EQ(status(11), TAKT_STATUS_OK);
}

// Admission
// ------------------------------------------------------------------------------------------------------------

class Admission : public Partitions {
 protected:
  void SetUp() override {
    takt_boot_info info = divided({2, 2});
    info.flags = TAKT_BOOT_ADMISSION;
    begin(info);
    bench->add_program(0, 100);
    bench->add_program(1, 30);
    for (std::uint32_t queue = 1; queue <= 4; ++queue) ASSERT_EQ(add_queue(queue, queue == 4 ? 1 : 0), TAKT_STATUS_OK);
  }
  std::uint32_t ask(std::uint32_t queue, std::uint32_t period_us, std::uint32_t programs = 1) {
    takt_scheduling_slot slot{};
    slot.type = TAKT_SLOT_SET_SCHEDULING;
    slot.job_id = ++last_;
    slot.queue = queue;
    slot.band = TAKT_BAND_NORMAL;
    slot.period_us = period_us;
    slot.programs = period_us == 0 ? 0 : programs;
    return bench->control(as_slot(slot));
  }

 private:
  std::uint64_t last_ = 5000;
};

// 100 of 200 us, of 250, of 900, of 1000: 0.5 + 0.4 + 0.111 exceeds 1, 0.5 + 0.4 + 0.1 does not.
TEST_F(Admission, LetsInWhatHasTime) {
  EXPECT_EQ(ask(1, 200), TAKT_STATUS_OK);
  EXPECT_EQ(ask(2, 250), TAKT_STATUS_OK);
  EXPECT_EQ(ask(3, 900), TAKT_STATUS_NOT_ADMITTED);
  EXPECT_EQ(ask(3, 1000), TAKT_STATUS_OK);
}

TEST_F(Admission, IsOfEachPartition) {
  EXPECT_EQ(ask(1, 100), TAKT_STATUS_OK);
  EXPECT_EQ(ask(2, 10000), TAKT_STATUS_NOT_ADMITTED);
  EXPECT_EQ(ask(4, 100), TAKT_STATUS_OK);
}

TEST_F(Admission, CountsAllProgramsOfAStream) {
  EXPECT_EQ(ask(1, 129, 2), TAKT_STATUS_NOT_ADMITTED);
  EXPECT_EQ(ask(1, 130, 2), TAKT_STATUS_OK);
  EXPECT_EQ(ask(2, 200, 3), TAKT_STATUS_BAD_PROGRAM);
}

TEST_F(Admission, GivesBackWhatAQueueNoLongerAsksFor) {
  EXPECT_EQ(ask(1, 100), TAKT_STATUS_OK);
  EXPECT_EQ(ask(1, 200), TAKT_STATUS_OK);
  EXPECT_EQ(ask(2, 200), TAKT_STATUS_OK);
  EXPECT_EQ(ask(1, 0), TAKT_STATUS_OK);
  EXPECT_EQ(ask(3, 200), TAKT_STATUS_OK);
  takt_queue_slot destroy{};
  destroy.type = TAKT_SLOT_DESTROY_QUEUE;
  destroy.job_id = 77;
  destroy.queue = 2;
  ASSERT_EQ(bench->control(as_slot(destroy)), TAKT_STATUS_OK);
  EXPECT_EQ(ask(1, 200), TAKT_STATUS_OK);
}

TEST_F(Admission, IsNotAskedForUnlessTheDriverWantsIt) {
  begin(divided({4}));
  bench->add_program(0, 100);
  ASSERT_EQ(add_queue(1, 0), TAKT_STATUS_OK);
  EXPECT_EQ(ask(1, 50), TAKT_STATUS_OK);
}

// Memory
// ---------------------------------------------------------------------------------------------------------------

constexpr std::uint64_t unit = 1 << 20;

RunningJob wanting(std::uint32_t queue, std::uint64_t units, std::uint32_t weight) {
  RunningJob job;
  job.queue = queue;
  job.bytes_per_s = units * unit;
  job.weight = weight;
  return job;
}

std::vector<std::uint64_t> budgets(const std::vector<RunningJob>& jobs, std::uint64_t units, std::uint64_t now = 0) {
  alignas(8) static unsigned char storage[kPolicyBytes];
  std::vector<std::uint64_t> result(jobs.size(), 0);
  find_policy("moca")
      ->make(storage, {})
      ->share_memory({now, jobs.data(), static_cast<std::uint32_t>(jobs.size()), units * unit}, result.data());
  return result;
}

TEST(Moca, TakesNothingWhereMemoryGivesEnough) {
  EXPECT_EQ(budgets({wanting(1, 30000, 1), wanting(2, 30000, 9)}, 60000), (std::vector<std::uint64_t>{0, 0}));
}

TEST(Moca, TakesWhatIsTooMuchFromTheLesserJob) {
  EXPECT_EQ(budgets({wanting(1, 40000, 1), wanting(2, 40000, 9)}, 60000),
            (std::vector<std::uint64_t>{20000 * unit, 0}));
}

// 30000 are too much. 1/3 and 1 of equal demands: a quarter and three quarters of it.
TEST(Moca, TakesLessOfTheHigherScore) {
  EXPECT_EQ(budgets({wanting(1, 30000, 1), RunningJob{}, wanting(2, 30000, 9), wanting(3, 30000, 3)}, 60000),
            (std::vector<std::uint64_t>{7500 * unit, 0, 0, 22500 * unit}));
}

TEST(Moca, LeavesEqualsToTheNetwork) {
  EXPECT_EQ(budgets({wanting(1, 40000, 3), wanting(2, 40000, 3)}, 60000), (std::vector<std::uint64_t>{0, 0}));
}

// 400 of the remaining 100 ticks make its score 3 + 4, against 3.
TEST(Moca, KnowsWhoIsInAHurry) {
  RunningJob late = wanting(2, 40000, 3);
  late.remaining_ticks = 400;
  late.deadline_ticks = 1100;
  EXPECT_EQ(budgets({wanting(1, 40000, 3), late}, 60000, 1000), (std::vector<std::uint64_t>{20000 * unit, 0}));
}

// At 1 MHz and 100 bytes a cycle. A job of 100 ticks alone that moves 10000 bytes wants 100 MB/s, all there is.
class Sharing : public Partitions {
 protected:
  void start(const std::string& policy) {
    takt_boot_info info = divided({1, 2}, policy);
    info.npu_clock_khz = 1000;
    info.npu_bytes_per_s = 100000000;
    info.npu_ports = 3;
    begin(info);
    cost_at_ = kDram + 0xd1000;
    add(0, 1000, 100);  // 10 and 100 bytes a cycle
    add(1, 100, 100);
  }
  void add(std::uint32_t id, std::uint64_t slow_cycles, std::uint64_t cycles) {
    takt_program_header header = program_header(cycles, 0);
    takt_cost_table table{};
    table.ratios = 2;
    table.values = 1;
    table.bytes_per_kilocycle[0] = 10000;
    table.bytes_per_kilocycle[1] = 100000;
    table.cycles[0][0] = slow_cycles;
    table.cycles[0][1] = cycles;
    header.cost_offset = cost_at_ - program_at(id);
    header.total_bytes = header.cost_offset + sizeof table;
    bench->soc.put(cost_at_, table);
    cost_at_ += sizeof table;
    bench->soc.put(program_at(id), header);
    ASSERT_EQ(bench->control(as_slot(register_program(2000 + id, id))), TAKT_STATUS_OK);
  }
  std::uint64_t cost_at_ = 0;
};

TEST_F(Sharing, MocaProgramsTheRegulatorsOfThePartitionsPorts) {
  start("moca");
  takt_create_queue_slot focus = create_queue(1001, 1, TAKT_BAND_FOCUS);
  bench->make_ring(ring_of(1), 64);
  ASSERT_EQ(bench->control(as_slot(focus)), TAKT_STATUS_OK);
  ASSERT_EQ(add_queue(2, 1), TAKT_STATUS_OK);
  bench->submit(1, job(1, 0));
  bench->submit(2, job(2, 0));
  bench->settle();
  // Cores 1 and 2 have ports 5 and 6, 7 and 8. Of 100 MB/s nothing would be left: an eighth stays, half of it for each.
  const std::uint32_t rate = 12500001 / 2;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> expected;
  for (std::uint32_t port = 5; port <= 8; ++port)
    for (const auto& [offset, value] : {std::pair{TAKT_NOCP_RATE_LO, rate}, std::pair{TAKT_NOCP_RATE_HI, 0u},
                                        std::pair{TAKT_NOCP_BURST, 16384u}, std::pair{TAKT_NOCP_CONTROL, 1u}})
      expected.emplace_back(TAKT_NOC_PORT(port) + offset, value);
  EXPECT_EQ(bench->soc.noc_writes, expected);
  bench->soc.noc_writes.clear();
  bench->run();
  ASSERT_EQ(bench->soc.noc_writes.size(), expected.size());
  EXPECT_EQ(bench->soc.noc_writes[3].first, TAKT_NOC_PORT(5) + TAKT_NOCP_CONTROL);
  EXPECT_EQ(bench->soc.noc_writes[3].second, 0u);
}

TEST_F(Sharing, OtherPoliciesLeaveTheRegulatorsAlone) {
  start("fixed-priority");
  ASSERT_EQ(add_queue(1, 0), TAKT_STATUS_OK);
  ASSERT_EQ(add_queue(2, 1), TAKT_STATUS_OK);
  bench->submit(1, job(1, 0));
  bench->submit(2, job(2, 0));
  bench->run();
  EXPECT_TRUE(bench->soc.noc_writes.empty());
}

// Queues 1 and 2 in one partition, 3 and 4 in the other; 1 and 3 are first and want memory, 2 and 4 hardly any.
TEST_F(Sharing, PairingPutsWhatNeedsNoMemoryBesideWhatDoes) {
  for (const char* policy : {"fcfs", "pairing"}) {
    start(policy);
    for (std::uint32_t queue = 1; queue <= 4; ++queue) ASSERT_EQ(add_queue(queue, queue < 3 ? 0 : 1), TAKT_STATUS_OK);
    for (const std::uint32_t queue : {1, 3, 2, 4}) bench->submit(queue, job(queue, queue % 2 == 1 ? 0 : 1));
    bench->run();
    const bool together = bench->record(1).started_ticks == bench->record(3).started_ticks;
    EXPECT_EQ(together, std::string(policy) == "fcfs") << policy;
    EXPECT_TRUE(bench->soc.violations.empty());
  }
}

// Random partitions, queues, programs and jobs, some of which hang: no core has two owners, every job is answered once.
RC_GTEST_PROP(PartitionsProperty, NoCoreHasTwoOwnersAndNoJobIsLost, ()) {
  const auto cores = *rc::gen::element(std::vector<std::uint8_t>{2, 2}, std::vector<std::uint8_t>{1, 1, 1, 1},
                                       std::vector<std::uint8_t>{1, 3}, std::vector<std::uint8_t>{4},
                                       std::vector<std::uint8_t>{2, 1, 1});
  takt_boot_info info = divided(
      cores, *rc::gen::element<std::string>("fcfs", "round-robin", "fixed-priority", "prema", "moca", "pairing"));
  info.hardware_queues = *rc::gen::inRange(static_cast<std::uint32_t>(cores.size()), TAKT_NPU_MAX_QUEUES + 1);
  info.round_robin_quantum_us = *rc::gen::element(0u, 15u, 50u);
  info.job_timeout_us = 200;
  info.flags = *rc::gen::element(0u, TAKT_BOOT_BANDS, TAKT_BOOT_KILL);
  Bench bench(info);
  bench.boot();
  for (std::uint32_t program = 0; program < 6; ++program) {
    takt_program_header header = program_header(10 + 40 * program, program % 3 * 3);
    header.cores = 1 + program % 2;
    header.cores_offset = header.total_bytes;
    header.total_bytes += sizeof(takt_core_part);
    if (program % 2 == 1) header.flags = 0;
    bench.soc.put(program_at(program), header);
    RC_ASSERT(bench.control(as_slot(register_program(2000 + program, program))) == TAKT_STATUS_OK);
  }
  for (std::uint32_t queue = 1; queue <= 8; ++queue) {
    takt_create_queue_slot slot = create_queue(3000 + queue, queue, static_cast<takt_band>(*rc::gen::inRange(0, 4)));
    slot.partition = *rc::gen::inRange(0u, static_cast<std::uint32_t>(cores.size()));
    bench.make_ring(ring_of(queue), 64);
    RC_ASSERT(bench.control(as_slot(slot)) == TAKT_STATUS_OK);
  }
  const std::uint64_t begin = bench.soc.now;
  const auto jobs = *rc::gen::container<std::vector<std::tuple<unsigned, unsigned, unsigned, unsigned>>>(rc::gen::tuple(
      rc::gen::inRange(1u, 9u), rc::gen::inRange(0u, 6u), rc::gen::inRange(0u, 1500u), rc::gen::inRange(0u, 12u)));
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const auto& [queue, program, at, luck] = jobs[i];
    if (luck == 0) bench.soc.mishaps[static_cast<std::uint32_t>(i)].hang_at = 5;
    bench.submit_at(begin + at, queue, job(i, program));
  }
  bench.run();
  RC_ASSERT(bench.soc.violations.empty());
  std::vector<std::uint64_t> answered = bench.order();
  std::sort(answered.begin(), answered.end());
  RC_ASSERT(answered.size() == jobs.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) RC_ASSERT(answered[i] == i);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const std::uint32_t status = bench.record(i).status;
    if (std::get<3>(jobs[i]) != 0)
      RC_ASSERT(status == TAKT_STATUS_OK || status == TAKT_STATUS_ABORTED || status == TAKT_STATUS_UNSUPPORTED);
  }
}

}  // namespace
}  // namespace takt::firmware::test
