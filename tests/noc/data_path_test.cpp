// The whole data path, NoC to system cache to LPDDR5X: every byte an initiator asked for is accounted for at every hop.
#include <gtest/gtest.h>

#include "models/cache/system_cache.h"
#include "models/dram/dram.h"
#include "tests/noc/bench.h"

namespace takt::noc::testing {
namespace {

class Random {
 public:
  std::uint64_t below(std::uint64_t n) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ % n;
  }

 private:
  std::uint64_t state_ = 88172645463325252ull;
};

cache::Config cache_config() {
  cache::Config c;
  c.capacity_bytes = 256 * 1024;
  c.ways = 8;
  c.clock_hz = 1000000000;
  c.bytes_per_cycle = 128;
  c.hit_cycles = 16;
  c.ports = {{"npu", cache::Allocate::read_write, 0, 4}, {"cpu", cache::Allocate::read_write, 4, 4}};
  return c;
}

// LPDDR5X-8533, 4 channels of 16 bits: 68.3 GB/s.
dram::Config memory_config() {
  dram::Config c;
  c.name = "lpddr5x";
  c.capacity_bytes = 8ull << 30;
  c.channels = 4;
  c.bus_bits = 16;
  c.data_rate_mbps = 8533;
  c.clock_hz = 1066666667;
  c.burst_bytes = 32;
  c.bank_groups = 4;
  c.banks_per_group = 4;
  c.page_bytes = 2048;
  c.interleave_bytes = 256;
  c.ccd_s_cycles = 2;
  c.ccd_l_cycles = 4;
  c.rcd_ps = c.rp_ps = 18000;  // 20 clocks
  c.ras_ps = 42000;
  c.rl_ps = 21500;  // 23 clocks
  c.wl_ps = 11200;
  c.rrd_ps = 3750;
  c.faw_ps = 15000;
  c.wr_ps = 34000;
  c.wtr_s_ps = 6250;
  c.wtr_l_ps = 12000;
  c.rtp_ps = 7500;
  c.refi_ps = 3906000;
  c.rfc_ab_ps = 280000;
  c.rfc_pb_ps = 140000;
  c.xp_ps = 7000;
  c.power_down_after_ps = 500000;
  c.controller_ps = 12000;
  return c;
}

// Wide enough for two initiators.
Config noc_config() {
  Config c = config(4);
  c.targets[0].bytes_per_cycle = 128;
  return c;
}

struct DataPath {
  explicit DataPath(dram::Fidelity fidelity)
      : noc(sc_core::sc_gen_unique_name("noc"), noc_config(), ledger),
        cache(sc_core::sc_gen_unique_name("cache"), cache_config(), ledger),
        dram(sc_core::sc_gen_unique_name("dram"), memory_config(), fidelity, 0, ledger) {
    noc.targets[0].bind(cache.target);
    cache.initiator.bind(dram.target);
    for (unsigned i = 0; i < 4; ++i) {
      initiators.emplace_back(sc_core::sc_gen_unique_name("initiator"));
      initiators.back().socket.bind(noc.initiators[i]);
      initiators.back().owner = static_cast<base::Owner>(i);
    }
  }
  base::Ledger ledger;
  Noc noc;
  cache::SystemCache cache;
  dram::Dram dram;
  std::deque<ScriptedInitiator> initiators;
};

void send_random(ScriptedInitiator& initiator, Random& random) {
  tlm::tlm_generic_payload& payload = initiator.pool.acquire();
  base::set_request(payload, random.below(3) == 0, random.below(2 << 20), 1 + random.below(6000), nullptr);
  base::Stretch& stretch = base::stretch_of(payload);
  stretch.rows = 1 + static_cast<std::uint32_t>(random.below(4));
  stretch.stride = stretch.row_bytes + random.below(2000);
  stretch.allocate = random.below(3) != 0;
  initiator.send(payload);
}

// Bytes count when they are handed over, so sums agree while pieces are under way as well.
void expect_conservation(DataPath& path) {
  std::uint64_t total_pins = 0;
  for (unsigned i = 0; i < 4; ++i) {
    const InitiatorStatistics& noc = path.noc.statistics(i);
    const cache::Traffic& cache = path.cache.statistics().initiators.at(i);
    const dram::Traffic& dram = path.dram.statistics().initiators.at(i);
    EXPECT_EQ(noc.errors, 0u);
    EXPECT_EQ(noc.bytes_read, cache.read.hit + cache.read.miss + cache.read.bypass) << i;
    EXPECT_EQ(noc.bytes_written, cache.write.hit + cache.write.miss + cache.write.bypass) << i;
    EXPECT_EQ(dram.requested_read, cache.fill + cache.read.bypass) << i;
    EXPECT_EQ(dram.requested_written, cache.write_back + cache.write.bypass) << i;
    EXPECT_GE(dram.bytes_read, dram.requested_read) << i;
    total_pins += dram.bytes_read + dram.bytes_written;
  }
  const dram::Traffic& total = path.dram.statistics().total;
  EXPECT_EQ(total_pins, total.bytes_read + total.bytes_written);
}

class DataPathTest : public ::testing::TestWithParam<dram::Fidelity> {};

TEST_P(DataPathTest, bytes_are_conserved_per_initiator_and_in_total) {
  DataPath path(GetParam());
  Random random;
  for (auto& initiator : path.initiators) send_random(initiator, random);
  for (int round = 0; round < 2000; ++round) {
    send_random(path.initiators[random.below(4)], random);
    run(Time(random.below(400000)));
    if (round % 100 == 0) {
      path.dram.settle(base::now());
      expect_conservation(path);
    }
  }
  run(units::milliseconds(1));
  expect_conservation(path);
  for (const ScriptedInitiator& initiator : path.initiators) {
    ASSERT_EQ(initiator.answers.size(), initiator.sent);
    EXPECT_EQ(initiator.pool.idle(), initiator.pool.created());
    for (const auto& answer : initiator.answers) EXPECT_EQ(answer.at, answer.last_beat);  // none in the past
  }
  EXPECT_GT(path.cache.statistics().total.write_back, 0u);
  EXPECT_GT(path.cache.statistics().total.read.hit, 0u);
}

TEST_P(DataPathTest, an_unloaded_read_takes_the_sum_of_its_hops) {
  DataPath path(GetParam());
  path.initiators[2].send(false, 0, 32);
  run(nanoseconds(1000));
  // 16 NoC request, 16 lookup, 12 controller; from the next clock on 20 of tRCD and 23 of RL, one burst, 12 NoC
  // response.
  const units::Clock clock(1066666667);
  const std::uint64_t arrival = clock.index_at_or_after(nanoseconds(16 + 16 + 12)).value;
  const Time burst(units::mul_div_ceil(32 * 8, 1000000, 8533 * 16));
  EXPECT_EQ(path.initiators[2].answers.at(0).last_beat.value,
            (clock.at(units::Cycles(arrival + 20 + 23)) + burst + nanoseconds(12)).value);
}

// A write is answered when its last burst is in the controller's queue, before any command.
TEST_P(DataPathTest, an_unloaded_write_ends_with_its_entry_into_the_queue) {
  DataPath path(GetParam());
  path.initiators[2].send(true, 0, 32);
  run(nanoseconds(1000));
  const units::Clock clock(1066666667);
  EXPECT_EQ(path.initiators[2].answers.at(0).last_beat.value,
            (clock.edge_at_or_after(nanoseconds(16 + 16 + 12)) + nanoseconds(12)).value);
}

// Credits of B bytes over the loaded latency L allow B / L; the facts put a phone's NPU at 65 % of peak.
TEST_P(DataPathTest, a_single_initiator_stays_below_link_memory_and_credits) {
  DataPath path(GetParam());
  ScriptedInitiator& initiator = path.initiators[2];
  initiator.on_answer = [&] { initiator.send(false, initiator.sent * 65536 % (1u << 30), 65536); };
  for (int i = 0; i < 2; ++i) initiator.on_answer();
  run(nanoseconds(200000));
  const double gbps = static_cast<double>(path.noc.statistics(2).bytes_read) / 200000;
  EXPECT_LT(gbps, 64.0);         // the link: 64 B per ns
  EXPECT_GT(gbps, 0.95 * 62.0);  // the memory: 68.3 less 7.2 % refresh, reopening after it
}

// What is written into the cache has to leave it: two initiators that write 64 B/ns each are held to the memory's rate.
TEST_P(DataPathTest, writes_that_allocate_go_no_faster_than_the_memory) {
  DataPath path(GetParam());
  for (unsigned i = 0; i < 2; ++i) {
    ScriptedInitiator& initiator = path.initiators[i];
    initiator.on_answer = [&initiator, i] {
      tlm::tlm_generic_payload& payload = initiator.pool.acquire();
      base::set_request(payload, true, (std::uint64_t{i} << 28) + initiator.sent * 65536 % (1u << 26), 65536, nullptr);
      base::stretch_of(payload).allocate = true;
      initiator.send(payload);
    };
    for (int n = 0; n < 2; ++n) initiator.on_answer();
  }
  run(nanoseconds(100000));
  const std::uint64_t written = path.noc.statistics(0).bytes_written + path.noc.statistics(1).bytes_written;
  const std::uint64_t memory = 100000ull * 8533 * 8 / 1000;  // 8 bytes at 8533 Mb/s
  // Beyond that there are the cache, its write-backs under way, and the grants of two initiators.
  EXPECT_LE(written,
            memory + cache_config().capacity_bytes + cache::SystemCache::write_back_room + 4 * 16384 + 2 * 16384);
  EXPECT_GE(written, memory / 2);
}

INSTANTIATE_TEST_SUITE_P(DataPath, DataPathTest, ::testing::Values(dram::Fidelity::detailed, dram::Fidelity::fast),
                         [](const auto& each) { return each.param == dram::Fidelity::fast ? "fast" : "detailed"; });

TEST(DataPath, both_fidelities_give_the_same_answers_at_the_same_times) {
  DataPath detailed(dram::Fidelity::detailed);
  DataPath fast(dram::Fidelity::fast);
  Random random;
  Random same;
  for (int round = 0; round < 1000; ++round) {
    send_random(detailed.initiators[random.below(4)], random);
    send_random(fast.initiators[same.below(4)], same);
    const Time wait(random.below(300000));
    same.below(300000);
    run(wait + Time(1));
  }
  run(units::milliseconds(1));
  for (unsigned i = 0; i < 4; ++i) {
    const auto& a = detailed.initiators[i].answers;
    const auto& b = fast.initiators[i].answers;
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t n = 0; n < a.size(); ++n) {
      EXPECT_EQ(a[n].cookie, b[n].cookie) << i << ' ' << n;
      EXPECT_EQ(a[n].first_beat.value, b[n].first_beat.value) << i << ' ' << n;
      EXPECT_EQ(a[n].last_beat.value, b[n].last_beat.value) << i << ' ' << n;
    }
  }
}

}  // namespace
}  // namespace takt::noc::testing
