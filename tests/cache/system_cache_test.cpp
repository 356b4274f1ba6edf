// What the system cache does with single accesses: lookups take 10 ns, the port 32 B/ns, the memory 100 ns (bench.h).
// A memory that answers later than it is asked changes none of it.
#include "tests/cache/bench.h"

namespace takt::cache::testing {
namespace {

class SystemCachePath : public SystemCacheBench, public ::testing::WithParamInterface<Answers> {
 protected:
  SystemCachePath() { memory.how = GetParam(); }
};

TEST_P(SystemCachePath, a_miss_costs_the_lookup_and_the_memory) {
  const Probe::Answer answer = read(cpu, 0, 64);
  EXPECT_EQ(memory.log.at(0).arrival.value, nanoseconds(10).value);
  EXPECT_EQ(answer.first_beat.value, nanoseconds(10 + 100).value);
  EXPECT_EQ(answer.last_beat.value, nanoseconds(10 + 100 + 1).value);
}

TEST_F(SystemCacheBench, a_hit_costs_the_lookup_and_the_port) {
  read(cpu, 0, 1024);
  sc_core::sc_start(1, sc_core::SC_US);
  take_log();
  read(cpu, 0, 1024);  // occupies the port for 1024 / 32 = 32 ns
  const Probe::Answer answer = read(cpu, 0, 256);
  EXPECT_TRUE(memory.log.empty());
  EXPECT_EQ(answer.first_beat.value, nanoseconds(1000 + 32 + 10).value);
  EXPECT_EQ(answer.last_beat.value, nanoseconds(1000 + 32 + 10 + 8).value);
}

TEST_P(SystemCachePath, traffic_that_may_not_allocate_passes_by) {
  read(display, 0, 4096);
  read(cpu, 8192, 64, false);
  EXPECT_EQ(take_log(), (Accesses{reads(0, 4096), reads(8192, 64)}));
  read(display, 0, 4096);
  EXPECT_EQ(take_log(), Accesses{reads(0, 4096)});
  EXPECT_EQ(cache.statistics().initiators.at(display).read.bypass, 8192u);
}

TEST_P(SystemCachePath, traffic_that_may_not_allocate_is_served_where_lines_are_resident) {
  read(cpu, 256, 128);
  take_log();
  read(display, 0, 1024);
  EXPECT_EQ(take_log(), (Accesses{reads(0, 256), reads(384, 640)}));
  const Flow& flow = cache.statistics().initiators.at(display).read;
  EXPECT_EQ(flow.hit, 128u);
  EXPECT_EQ(flow.bypass, 1024u - 128);
}

TEST_P(SystemCachePath, a_write_that_passes_by_updates_resident_lines) {
  read(cpu, 256, 64);
  take_log();
  write(display, 192, 192);
  EXPECT_EQ(take_log(), (Accesses{writes(192, 64), writes(320, 64)}));
  // The line is dirty now: four more sectors of its set push it out.
  for (std::uint64_t i = 1; i <= 4; ++i) read(cpu, i * 4096, 64);
  const Accesses log = take_log();
  EXPECT_NE(std::find(log.begin(), log.end(), writes(256, 64)), log.end());
}

TEST_P(SystemCachePath, missing_lines_of_neighbouring_sectors_are_one_fill) {
  read(cpu, 1000, 2000);
  EXPECT_EQ(take_log(), Accesses{reads(960, 3008 - 960)});
  read(cpu, 0, 4096);
  EXPECT_EQ(take_log(), (Accesses{reads(0, 960), reads(3008, 4096 - 3008)}));
  read(cpu, 0, 4096);
  EXPECT_TRUE(take_log().empty());
}

TEST_P(SystemCachePath, a_write_of_whole_lines_needs_no_fill) {
  write(cpu, 1024, 1024);
  EXPECT_TRUE(take_log().empty());
  read(cpu, 1024, 1024);
  EXPECT_TRUE(take_log().empty());
}

TEST_P(SystemCachePath, a_write_fills_the_lines_that_it_covers_in_part) {
  write(cpu, 100, 200);  // lines 64..128 and 256..320 in part
  EXPECT_EQ(take_log(), (Accesses{reads(64, 64), reads(256, 64)}));
  write(cpu, 2048 + 10, 20);
  EXPECT_EQ(take_log(), Accesses{reads(2048, 64)});
}

TEST_P(SystemCachePath, dirty_lines_of_a_victim_are_written_back_behind_the_fill) {
  write(cpu, 0, 128);
  write(cpu, 512, 64);
  read(cpu, 256, 64);
  for (std::uint64_t i = 1; i <= 3; ++i) read(cpu, i * 4096, 64);
  take_log();
  read(cpu, 4 * 4096, 64);
  EXPECT_EQ(take_log(), (Accesses{reads(4 * 4096, 64), writes(0, 128), writes(512, 64)}));
  EXPECT_EQ(cache.statistics().total.write_back, 192u);
}

TEST_P(SystemCachePath, the_least_recently_used_sector_goes) {
  for (std::uint64_t i = 0; i < 4; ++i) read(cpu, i * 4096, 64);
  read(cpu, 0, 64);
  read(cpu, 4 * 4096, 64);  // takes the place of 4096
  take_log();
  read(cpu, 0, 64);
  EXPECT_TRUE(take_log().empty());
  read(cpu, 4096, 64);
  EXPECT_EQ(take_log(), Accesses{reads(4096, 64)});
}

TEST_P(SystemCachePath, a_port_stays_in_its_ways) {
  for (std::uint64_t i = 0; i < 3; ++i) read(npu, i * 4096, 64);  // two ways: the first is gone
  take_log();
  read(npu, 2 * 4096, 64);
  read(npu, 4096, 64);
  EXPECT_TRUE(take_log().empty());
  read(npu, 0, 64);
  EXPECT_EQ(take_log(), Accesses{reads(0, 64)});
}

TEST_P(SystemCachePath, rows_are_looked_up_one_by_one) {
  access(cpu, false, 0, 64, nullptr, true, 3, 2048);
  EXPECT_EQ(take_log(), (Accesses{reads(0, 64), reads(2048, 64), reads(4096, 64)}));
  access(display, false, 0, 128, nullptr, true, 2, 2048);
  EXPECT_EQ(take_log(), (Accesses{reads(64, 64), reads(2048 + 64, 64)}));
  EXPECT_EQ(cache.statistics().initiators.at(display).read.hit, 128u);
}

TEST_P(SystemCachePath, what_goes_to_the_memory_carries_who_asked) {
  read(cpu, 0, 64);
  EXPECT_EQ(memory.log.at(0).initiator, cpu);
  EXPECT_EQ(memory.log.at(0).owner, cpu + 1);
}

TEST_P(SystemCachePath, data_is_right_on_every_path) {
  std::vector<unsigned char> in(3000);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<unsigned char>(i * 13 + 5);
  access(cpu, true, 100, in.size(), in.data());
  std::vector<unsigned char> out(in.size());
  access(cpu, false, 100, out.size(), out.data());
  EXPECT_EQ(out, in);
  std::fill(out.begin(), out.end(), 0);
  access(display, false, 100, out.size(), out.data(), false);
  EXPECT_EQ(out, in);
  in[1500] ^= 0xFF;
  access(display, true, 100, in.size(), in.data(), false);
  access(npu, false, 100, out.size(), out.data());
  EXPECT_EQ(out, in);
}

TEST_P(SystemCachePath, an_error_of_the_memory_comes_back) {
  memory.status = tlm::TLM_ADDRESS_ERROR_RESPONSE;
  EXPECT_EQ(read(cpu, 0, 64).status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(read(display, 8192, 64).status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

TEST_P(SystemCachePath, the_ledger_counts_accesses_to_the_arrays) {
  read(cpu, 0, 64);     // fill 64
  read(cpu, 0, 32);     // hit 32
  write(cpu, 0, 64);    // write 64
  write(cpu, 1024, 8);  // fill 64, write 8
  read(display, 4096, 64);
  ASSERT_EQ(ledger.events().size(), 1u);
  EXPECT_EQ(ledger.events()[0].count[cpu + 1], 64u + 32 + 64 + 64 + 8);
  EXPECT_EQ(ledger.events()[0].count[display + 1], 0u);
}

INSTANTIATE_TEST_SUITE_P(Cache, SystemCachePath, noc::testing::every_answer, noc::testing::answers_name);

// Which misses of a port take a place: the others pass by and leave nothing behind.
class SystemCachePolicy : public SystemCacheBench, public ::testing::WithParamInterface<Allocate> {
 protected:
  static Config with_policy() {
    Config c = config();
    c.ports[npu].allocate = GetParam();
    return c;
  }
  SystemCachePolicy() : SystemCacheBench(with_policy()) {}
};

TEST_P(SystemCachePolicy, decides_which_misses_take_a_place) {
  const bool reads = GetParam() == Allocate::read || GetParam() == Allocate::read_write;
  const bool writes = GetParam() == Allocate::write || GetParam() == Allocate::read_write;
  read(npu, 0, 64);
  take_log();
  read(npu, 0, 64);
  EXPECT_EQ(take_log().empty(), reads);
  write(npu, 1024, 64);
  EXPECT_EQ(take_log().empty(), writes);
  read(display, 1024, 64);
  EXPECT_EQ(take_log().empty(), writes);
  const Traffic& traffic = cache.statistics().initiators.at(npu);
  EXPECT_EQ(traffic.read.hit, reads ? 64u : 0);
  EXPECT_EQ(traffic.read.bypass, reads ? 0u : 128);
  EXPECT_EQ(traffic.write.miss, writes ? 64u : 0);
  EXPECT_EQ(traffic.write.bypass, writes ? 0u : 64);
}

INSTANTIATE_TEST_SUITE_P(Cache, SystemCachePolicy,
                         ::testing::Values(Allocate::none, Allocate::read, Allocate::write, Allocate::read_write));

// The NPU in the first way, the CPU in the other three.
class SystemCachePartition : public SystemCacheBench {
 protected:
  static Config parted() {
    Config c = config();
    c.ports = {{"npu", Allocate::read_write, 0, 1}, {"cpu", Allocate::read_write, 1, 0}};
    return c;
  }
  SystemCachePartition() : SystemCacheBench(parted()) {}
};

// 12 KiB of the CPU fill its three ways of four sectors of 1 KiB.
TEST_F(SystemCachePartition, nobody_evicts_from_anothers_own_ways) {
  read(cpu, 0, 12 * 1024);
  for (std::uint64_t i = 0; i < 64; ++i) write(npu, 65536 + i * 1024, 1024);
  take_log();
  read(cpu, 0, 12 * 1024);
  EXPECT_TRUE(take_log().empty());
}

TEST_F(SystemCachePartition, a_line_is_found_in_anothers_way_and_its_sector_filled_there) {
  read(cpu, 0, 64);
  read(npu, 0, 128);
  EXPECT_EQ(take_log(), (Accesses{reads(0, 64), reads(64, 64)}));
  read(npu, 4096, 64);  // the NPU's only place in that set
  read(npu, 8192, 64);
  take_log();
  read(npu, 0, 128);
  EXPECT_TRUE(take_log().empty());
}

class DisabledSystemCache : public SystemCacheBench {
 protected:
  static Config disabled() {
    Config c;
    c.enabled = false;
    return c;
  }
  DisabledSystemCache() : SystemCacheBench(disabled()) {}
};

TEST_F(DisabledSystemCache, is_a_wire) {
  const Probe::Answer answer = read(cpu, 0, 64);
  EXPECT_EQ(answer.last_beat.value, nanoseconds(101).value);
  read(cpu, 0, 64);
  EXPECT_EQ(memory.log.size(), 2u);
  EXPECT_EQ(cache.statistics().total.read.bypass, 128u);
}

TEST(SystemCacheConfig, refuses_what_cannot_be) {
  EXPECT_EQ(check(config()), "");
  Config c = config();
  c.ports[0].ways = 5;
  EXPECT_EQ(check(c), "ways of a port is 5, expected at most ways - first_way");
  c = config();
  c.ports[0] = {"npu", Allocate::none, 4, 0};
  EXPECT_EQ(check(c), "first_way is 4, expected less than ways");
  c = config();
  c.sector_bytes = 8192;
  EXPECT_EQ(check(c), "sector_bytes is 8192, expected 1 to 64 lines");
  c = config();
  c.capacity_bytes = 1000;
  EXPECT_NE(check(c).find("capacity_bytes is 1000"), std::string::npos);
}

}  // namespace
}  // namespace takt::cache::testing
