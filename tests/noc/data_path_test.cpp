// The whole data path, NoC to system cache to LPDDR5X: every byte an initiator asked for is accounted for at every hop.
#include <gtest/gtest.h>

#include "models/cache/system_cache.h"
#include "models/dram/dram.h"
#include "tests/dram/configs.h"
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
  c.bytes_per_cycle = 64;
  c.hit_cycles = 16;
  c.npu_ways = 4;
  c.cpu_ways = 4;
  return c;
}

struct DataPath {
  DataPath()
      : noc("noc", config(4), ledger),
        cache("cache", cache_config(), ledger),
        dram("dram", dram::testing::lpddr5x(), 0, ledger) {
    noc.targets[0].bind(cache.target);
    cache.initiator.bind(dram.target);
    for (unsigned i = 0; i < 4; ++i) {
      initiators.emplace_back(sc_core::sc_gen_unique_name("initiator"));
      initiators.back().socket.bind(noc.initiators[i]);
      initiators.back().owner = static_cast<base::Owner>(i);
    }
    cache.set_class(0, cache::Class::npu);
    cache.set_class(1, cache::Class::cpu);
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

TEST(DataPath, bytes_are_conserved_per_initiator_and_in_total) {
  DataPath path;
  Random random;
  for (int round = 0; round < 2000; ++round) {
    send_random(path.initiators[random.below(4)], random);
    run(Time(random.below(400000)));
  }
  run(units::milliseconds(1));
  std::uint64_t total_pins = 0;
  for (unsigned i = 0; i < 4; ++i) {
    const InitiatorStatistics& noc = path.noc.statistics(i);
    const cache::Traffic& cache = path.cache.statistics().initiators.at(i);
    const dram::Traffic& dram = path.dram.statistics().initiators.at(i);
    ASSERT_EQ(path.initiators[i].answers.size(), path.initiators[i].sent);
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
  EXPECT_GT(path.cache.statistics().total.write_back, 0u);
  EXPECT_GT(path.cache.statistics().total.read.hit, 0u);
}

// 16 NoC request, 16 lookup, then the memory's 12 controller + 20 tRCD + 23 RL clocks + one burst, 12 NoC response.
TEST(DataPath, an_unloaded_read_takes_the_sum_of_its_hops) {
  DataPath path;
  path.initiators[2].send(false, 0, 32);
  run(nanoseconds(1000));
  const auto clocks = [](std::uint64_t n) { return units::mul_div_ceil(n, 1000000000000ull, 1066666667); };
  const std::uint64_t burst = units::mul_div_ceil(32 * 8, 1000000, 8533 * 16);
  EXPECT_EQ(path.initiators[2].answers.at(0).last_beat.value,
            nanoseconds(16 + 16 + 12 + 12).value + clocks(20) + clocks(23) + burst);
}

// Credits of B bytes over the loaded latency L allow B / L; the facts put a phone's NPU at 65 % of peak.
TEST(DataPath, a_single_initiator_stays_below_link_memory_and_credits) {
  DataPath path;
  ScriptedInitiator& initiator = path.initiators[2];
  initiator.on_answer = [&] { initiator.send(false, initiator.sent * 65536 % (1u << 30), 65536); };
  for (int i = 0; i < 2; ++i) initiator.on_answer();
  run(nanoseconds(200000));
  const double gbps = static_cast<double>(path.noc.statistics(2).bytes_read) / 200000;
  EXPECT_LT(gbps, 64.0);         // the link: 64 B per ns
  EXPECT_GT(gbps, 0.95 * 62.0);  // the memory: 68.3 less 7.2 % refresh, reopening after it
}

}  // namespace
}  // namespace takt::noc::testing
