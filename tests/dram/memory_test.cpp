// All channels together: who is answered when, and that every byte is counted once.
#include "models/dram/memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "sim/config/load.h"
#include "tests/dram/configs.h"
#include "tests/dram/random_config.h"
#include "tests/dram/reference_map.h"

namespace takt::dram::testing {
namespace {

using ::testing::ElementsAre;
using units::nanoseconds;
using units::Random;
using units::Time;

Request request(std::uint64_t address, std::uint64_t bytes, bool write = false) {
  Request r;
  r.address = address;
  r.row_bytes = bytes;
  r.write = write;
  return r;
}

Config four_channels() {
  Config c = round_numbers();
  c.channels = 4;
  c.interleave_bytes = 64;
  return c;
}

TEST(Memory, answers_with_the_beats_at_the_controller_s_port) {
  base::Ledger ledger;
  Memory memory(round_numbers(), Fidelity::detailed, ledger);
  memory.submit(request(0, 32), Time(100200));
  memory.drain();
  ASSERT_EQ(memory.answers().size(), 1u);
  // 100.2 and 2.5 ns of the controller end in clock 103; tRCD 10, RL 9, data 4.
  EXPECT_EQ(memory.answers()[0].arrival.value, 100200u);
  EXPECT_EQ(memory.answers()[0].first_beat, nanoseconds(103 + 10 + 9));
  EXPECT_EQ(memory.answers()[0].last_beat, nanoseconds(103 + 10 + 9 + 4));
  EXPECT_EQ(memory.statistics().total.read_latency.sum().value, 126000u - 100200u);
}

TEST(Memory, answers_a_write_when_it_is_in_the_queue) {
  base::Ledger ledger;
  Memory memory(round_numbers(), Fidelity::detailed, ledger);
  memory.submit(request(0, 32, true), Time(100200));
  memory.advance(nanoseconds(200));
  ASSERT_EQ(memory.answers().size(), 1u);
  EXPECT_EQ(memory.answers()[0].last_beat, nanoseconds(103));
}

TEST(Memory, answers_a_request_of_several_channels_with_the_last_of_them) {
  base::Ledger ledger;
  Memory memory(four_channels(), Fidelity::detailed, ledger);
  memory.submit(request(64, 32), nanoseconds(0));  // channel 1 opens the row
  memory.submit(request(0, 256), nanoseconds(500));
  memory.drain();
  ASSERT_EQ(memory.answers().size(), 2u);
  EXPECT_EQ(memory.answers()[1].first_beat, nanoseconds(503 + 9));              // channel 1, row hit
  EXPECT_EQ(memory.answers()[1].last_beat, nanoseconds(503 + 10 + 4 + 9 + 4));  // the others, two bursts each
  EXPECT_EQ(memory.answers()[1].mean_first, nanoseconds(503 + (3 * 10) / 4 + 9)) << "in clocks, rounded down";
}

TEST(Memory, counts_what_is_asked_for_and_what_goes_over_the_pins) {
  base::Ledger ledger;
  Memory memory(four_channels(), Fidelity::detailed, ledger);
  memory.submit(request(10, 60), nanoseconds(0));  // 10..69: bursts 0 and 1 of channel 0, one of channel 1
  memory.settle(nanoseconds(1000));
  EXPECT_EQ(memory.statistics().total.requested_read, 60u);
  EXPECT_EQ(memory.statistics().total.bytes_read, 96u);
  EXPECT_EQ(memory.statistics().total.activations, 3u);
  EXPECT_EQ(memory.statistics().total.row_misses, 3u);
  EXPECT_EQ(memory.statistics().total.row_hits, 0u);
}

// Refresh and power-down go on while nothing is asked for: times in all states sum to the time of all channels, at
// every moment, and nothing ever goes back.
TEST(Memory, settles_at_any_time) {
  Config c = four_channels();
  c.refi_ps = 1000000;
  c.power_down_after_ps = 50000;
  c.self_refresh_after_ps = 3000000;
  base::Ledger ledger;
  Memory memory(c, Fidelity::fast, ledger);
  Random random(5);
  Time now(0);
  std::uint64_t refreshes = 0;
  for (int i = 0; i < 2000; ++i) {
    memory.submit(request(random.below(1 << 23), random.below(4096) + 1, i % 3 == 0), now);
    now += Time(random.below(i % 50 == 0 ? 10000000 : 400000));
    memory.settle(now);
    const Cycle clocks = memory.channel(0).durations().clock.index_at_or_after(now).value;
    const StateCycles& s = memory.statistics().states;
    ASSERT_EQ(s.active + s.precharged + s.power_down + s.self_refresh, 4 * clocks);
    ASSERT_GE(memory.statistics().refreshes_all_bank, refreshes);
    refreshes = memory.statistics().refreshes_all_bank;
    Time sum(0);
    for (const auto& state : ledger.states()) {
      ASSERT_LE(state.time, now * 4);
      sum += state.time;
    }
    ASSERT_LE(sum, now * 4 + nanoseconds(4));
  }
  const StateCycles& s = memory.statistics().states;
  EXPECT_GT(s.active, 0u);
  EXPECT_GT(s.precharged, 0u);
  EXPECT_GT(s.power_down, 0u);
  EXPECT_GT(s.self_refresh, 0u);
  EXPECT_GT(refreshes, 0u);
}

// --- conservation

struct Sent {
  Request request;
  Time arrival;
};

std::vector<Sent> random_requests(Random& random, std::uint64_t usable, unsigned count) {
  std::vector<Sent> all;
  Time now(0);
  const std::uint64_t longest[] = {64, 1000, 20000};
  const std::uint64_t pause[] = {1000, 100000, 3000000};
  const std::uint64_t most = std::min(longest[random.below(3)], usable / 16);
  const std::uint64_t gap = pause[random.below(3)];
  for (unsigned i = 0; i < count; ++i) {
    Sent sent;
    Request& r = sent.request;
    r.row_bytes = random.below(most) + 1;
    r.rows = random.below(4) == 0 ? random.below(6) + 1 : 1;
    r.stride = r.row_bytes + random.below(3) * random.below(500);
    r.address = random.below(usable - r.rows * r.stride - r.row_bytes);
    r.write = random.below(3) == 0;
    r.qos = static_cast<std::uint8_t>(random.below(2) == 0 ? 0 : random.below(8));
    r.initiator = static_cast<base::InitiatorId>(random.below(3));
    r.owner = static_cast<base::Owner>(random.below(4));
    r.cookie = i;
    sent.arrival = now;
    now += Time(random.below(2 * gap));
    all.push_back(sent);
  }
  return all;
}

// Bursts by channel that a request touches, one by one from the definition of the interleave. Rows that follow each
// other without a gap are one.
std::vector<std::set<std::uint64_t>> touched(const Config& c, std::uint64_t address, std::uint64_t bytes) {
  std::vector<std::set<std::uint64_t>> bursts(c.channels);
  for (std::uint64_t a = address / c.burst_bytes * c.burst_bytes; a < address + bytes; a += c.burst_bytes) {
    const std::uint64_t chunk = a / c.interleave_bytes;
    const std::uint64_t local = chunk / c.channels * c.interleave_bytes + a % c.interleave_bytes;
    bursts[chunk % c.channels].insert(local / c.burst_bytes);
  }
  return bursts;
}

std::uint64_t bytes_at_pins(const Config& c, const Request& r) {
  std::uint64_t bursts = 0;
  const bool one = r.rows == 1 || r.stride == r.row_bytes;
  for (std::uint64_t row = 0; row < (one ? 1 : r.rows); ++row) {
    for (const auto& channel : touched(c, r.address + row * r.stride, one ? r.rows * r.row_bytes : r.row_bytes)) {
      bursts += channel.size();
    }
  }
  return bursts * c.burst_bytes;
}

Config random_memory(Random& random) {
  Config c = random_config(random);
  c.channels = 1u << random.below(4);
  c.capacity_bytes *= c.channels;
  while (c.interleave_bytes < c.burst_bytes) c.interleave_bytes *= 2;
  return c;
}

TEST(Memory, moves_every_burst_once) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Config c = random_memory(random);
    base::Ledger ledger;
    Memory memory(c, seed % 2 == 0 ? Fidelity::detailed : Fidelity::fast, ledger);
    std::uint64_t read = 0, written = 0, asked = 0;
    Time end(0);
    const std::vector<Sent> all = random_requests(random, memory.usable_bytes(), 100);
    for (const Sent& s : all) {
      ASSERT_TRUE(memory.contains(s.request));
      memory.submit(s.request, s.arrival);
      (s.request.write ? written : read) += bytes_at_pins(c, s.request);
      asked += s.request.row_bytes * s.request.rows;
      end = s.arrival;
    }
    memory.drain();
    memory.settle(units::max(end, memory.last_beat()) + nanoseconds(10));
    const Statistics& s = memory.statistics();
    EXPECT_EQ(s.total.bytes_read, read);
    EXPECT_EQ(s.total.bytes_written, written);
    EXPECT_EQ(s.total.requested_read + s.total.requested_written, asked);
    EXPECT_EQ(s.total.row_hits + s.total.row_misses + s.total.row_conflicts, (read + written) / c.burst_bytes);
    EXPECT_EQ(memory.open_requests(), 0u);
    EXPECT_EQ(memory.answers().size(), all.size());
    std::uint64_t counted = 0;
    for (const auto& event : ledger.events()) {
      if (event.name != "rd" && event.name != "wr") continue;
      for (const std::uint64_t n : event.count) counted += n;
    }
    EXPECT_EQ(counted * c.burst_bytes, read + written);
    Traffic by_initiator{};
    for (const Traffic& t : s.initiators) {
      by_initiator.bytes_read += t.bytes_read;
      by_initiator.bytes_written += t.bytes_written;
      by_initiator.activations += t.activations;
    }
    EXPECT_EQ(by_initiator.bytes_read, read);
    EXPECT_EQ(by_initiator.bytes_written, written);
    EXPECT_EQ(by_initiator.activations, s.total.activations);
  }
}

using Answers = std::map<std::uint64_t, std::pair<std::uint64_t, std::uint64_t>>;  // cookie: beats

void note(Answers& all, std::vector<Answer>& answers) {
  for (const Answer& a : answers) {
    EXPECT_EQ(all.count(a.cookie), 0u);
    all[a.cookie] = {a.first_beat.value, a.last_beat.value};
  }
  answers.clear();
}

// As the TLM side does: submit at the arrival, serve when next_answer() says so. The answers are those of a memory that
// is simply advanced, and none is late.
TEST(Memory, serves_in_time) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Config c = random_memory(random);
    base::Ledger one, other;
    Memory plain(c, Fidelity::detailed, one);
    Memory served(c, Fidelity::fast, other);
    const std::vector<Sent> all = random_requests(random, plain.usable_bytes(), 100);
    const Time end = all.back().arrival + units::microseconds(500);
    for (const Sent& s : all) plain.submit(s.request, s.arrival);
    plain.advance(end);
    Answers expected, found;
    note(expected, plain.answers());

    const Time clock = served.channel(0).durations().clock.duration(units::Cycles(1));
    std::size_t next = 0;
    Time now(0);
    for (unsigned steps = 0; now < end && steps < 100000; ++steps) {
      const Time arrival = next < all.size() ? all[next].arrival : end;
      const Time answer = units::max(now, served.next_answer());
      if (arrival <= answer) {
        now = arrival;
        if (next < all.size()) served.submit(all[next].request, now);
        ++next;
        continue;
      }
      now = answer;
      served.serve(now);
      for (const Answer& a : served.answers()) {
        ASSERT_GE(a.last_beat + clock, now) << "request " << a.cookie << " is answered late";
      }
      note(found, served.answers());
    }
    served.advance(end);
    note(found, served.answers());
    ASSERT_EQ(expected, found);
  }
}

// --- addresses

TEST(Memory, contains_what_ends_inside) {
  base::Ledger ledger;
  const Memory memory(round_numbers(), Fidelity::detailed, ledger);
  const std::uint64_t end = 1 << 24;
  EXPECT_TRUE(memory.contains(request(end - 1, 1)));
  EXPECT_FALSE(memory.contains(request(end - 1, 2)));
  EXPECT_FALSE(memory.contains(request(end, 1)));
  EXPECT_FALSE(memory.contains(request(~std::uint64_t{0} - 5, 10)));
  Request r = request(0, 100);
  r.rows = 3;
  r.stride = (end - 100) / 2;
  EXPECT_TRUE(memory.contains(r));
  r.stride += 1;
  EXPECT_FALSE(memory.contains(r));
  r.stride = std::uint64_t{1} << 63;
  EXPECT_FALSE(memory.contains(r));
}

TEST(Memory, knows_the_address_of_a_burst) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    Random random(seed);
    const Config c = random_memory(random);
    base::Ledger ledger;
    const Memory memory(c, Fidelity::detailed, ledger);
    for (int i = 0; i < 20; ++i) {
      const std::uint64_t address = random.below(c.capacity_bytes) / c.burst_bytes * c.burst_bytes;
      const auto bursts = touched(c, address, 1);
      for (unsigned channel = 0; channel < c.channels; ++channel) {
        if (bursts[channel].empty()) continue;
        EXPECT_EQ(memory.address_of(channel, *bursts[channel].begin()), address);
      }
    }
  }
}

// --- inline ECC: the last eighth of a row group of 128 bursts protects the rest, a burst for each seven

Config protected_memory() {
  Config c = round_numbers();
  c.ecc = Ecc::inline_row;
  return c;
}

std::pair<std::uint64_t, std::uint64_t> bursts_moved(const Config& c, const Request& r) {
  base::Ledger ledger;
  Memory memory(c, Fidelity::detailed, ledger);
  memory.submit(r, nanoseconds(0));
  memory.drain();
  memory.settle(units::microseconds(100));
  return {memory.statistics().total.bytes_read / c.burst_bytes,
          memory.statistics().total.bytes_written / c.burst_bytes};
}

TEST(InlineEcc, leaves_seven_eighths) {
  base::Ledger ledger;
  EXPECT_EQ(Memory(protected_memory(), Fidelity::detailed, ledger).usable_bytes(), (1u << 24) / 8 * 7);
}

TEST(InlineEcc, reads_a_check_burst_with_every_seven) {
  const Config c = protected_memory();
  EXPECT_EQ(bursts_moved(c, request(0, 7 * 32)).first, 8u);
  EXPECT_EQ(bursts_moved(c, request(0, 32)).first, 2u);
  EXPECT_EQ(bursts_moved(c, request(6 * 32, 64)).first, 4u);     // of two groups of seven
  EXPECT_EQ(bursts_moved(c, request(0, 112 * 32)).first, 128u);  // a row group
  EXPECT_EQ(bursts_moved(c, request(111 * 32, 64)).first, 4u);   // of two row groups
}

TEST(InlineEcc, writes_a_check_burst_and_reads_it_first_where_it_is_written_in_part) {
  const Config c = protected_memory();
  using Moved = std::pair<std::uint64_t, std::uint64_t>;
  EXPECT_EQ(bursts_moved(c, request(0, 7 * 32, true)), Moved(0, 8));
  EXPECT_EQ(bursts_moved(c, request(0, 32, true)), Moved(1, 2));
  EXPECT_EQ(bursts_moved(c, request(32, 13 * 32, true)), Moved(1, 15));  // six of the first seven, all of the second
  EXPECT_EQ(bursts_moved(c, request(32, 12 * 32, true)), Moved(2, 14));
  EXPECT_EQ(bursts_moved(c, request(64, 32, true)), Moved(1, 2));
}

TEST(InlineEcc, keeps_check_bursts_in_the_row_of_their_data) {
  base::Ledger ledger;
  Memory memory(protected_memory(), Fidelity::detailed, ledger);
  memory.submit(request(0, 7 * 32), nanoseconds(0));
  memory.drain();
  memory.settle(units::microseconds(100));
  EXPECT_EQ(memory.statistics().total.activations, 4u);  // a row in each of four groups
}

TEST(Memory, refuses_what_cannot_be) {
  base::Ledger ledger;
  Config ecc = protected_memory();
  ecc.address_map = "row-column-bank-column2";
  ecc.bank_groups = 1;
  ecc.ccd_l_cycles = 4;
  EXPECT_NE(check(ecc), "") << "a row group of four bursts has no eighth";
  Config wide = round_numbers();
  wide.channels = 128;
  wide.capacity_bytes = 1ull << 30;
  EXPECT_NE(check(wide), "") << "more than 64 channels";
  Config odd = round_numbers();
  odd.page_bytes = 1000;
  EXPECT_THROW(Memory(odd, Fidelity::detailed, ledger), std::invalid_argument);
}

}  // namespace
}  // namespace takt::dram::testing
