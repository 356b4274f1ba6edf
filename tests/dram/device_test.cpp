// The address map, the counters and the ledger.
#include "models/dram/device.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/dram/configs.h"
#include "tests/dram/legality.h"

namespace takt::dram::testing {
namespace {

using units::microseconds;
using units::nanoseconds;
using units::Time;

Request read(std::uint64_t address, std::uint64_t bytes) {
  Request request;
  request.address = address;
  request.row_bytes = bytes;
  return request;
}

// Bursts per channel by walking every byte.
std::vector<std::uint64_t> bursts_by_byte(const Config& c, const Request& r) {
  std::vector<std::uint64_t> bursts(c.channels);
  for (std::uint64_t row = 0; row < r.rows; ++row) {
    std::vector<std::uint64_t> last(c.channels, ~0ull);
    for (std::uint64_t i = 0; i < r.row_bytes; ++i) {
      const std::uint64_t address = r.address + row * r.stride + i;
      const std::uint64_t chunk = address / c.interleave_bytes;
      const std::uint64_t local = chunk / c.channels * c.interleave_bytes + address % c.interleave_bytes;
      const std::uint64_t burst = local / c.burst_bytes;
      if (last[chunk % c.channels] != burst) ++bursts[chunk % c.channels];
      last[chunk % c.channels] = burst;
    }
  }
  return bursts;
}

RC_GTEST_PROP(DramDevice, the_closed_form_of_the_address_map_equals_a_walk_over_every_byte, ()) {
  Config config = *rc::gen::arbitrary<bool>() ? llw() : lpddr5x();
  config.interleave_bytes = 64u << *rc::gen::inRange(0, 5);
  base::Ledger ledger;
  Device device(config, ledger);
  std::vector<Legality> observers(config.channels, Legality(config));
  for (unsigned i = 0; i < config.channels; ++i) device.channel(i).observe(&observers[i]);
  Request request = read(*rc::gen::inRange<std::uint64_t>(0, 100000), *rc::gen::inRange<std::uint64_t>(1, 5000));
  request.rows = *rc::gen::inRange<std::uint64_t>(1, 6);
  request.stride = request.row_bytes + *rc::gen::inRange<std::uint64_t>(1, 3000);
  device.submit(request, Time(0));
  const std::vector<std::uint64_t> expected = bursts_by_byte(config, request);
  std::uint64_t total = 0;
  for (unsigned i = 0; i < config.channels; ++i) {
    RC_ASSERT(observers[i].columns() == expected[i]);
    total += expected[i];
  }
  RC_ASSERT(device.statistics().total.bytes_read == total * config.burst_bytes);
  RC_ASSERT(device.statistics().total.requested_read == request.row_bytes * request.rows);
}

TEST(DramDevice, counts_requested_bytes_and_bytes_at_the_pins_apart) {
  base::Ledger ledger;
  Device device(round_numbers(), ledger);
  Request request = read(0, 10);
  request.rows = 3;
  request.stride = 1000;
  request.initiator = 2;
  device.submit(request, Time(0));
  request.write = true;
  device.submit(request, Time(0));
  const Traffic& traffic = device.statistics().initiators.at(2);
  EXPECT_EQ(traffic.requested_read, 30u);
  EXPECT_EQ(traffic.bytes_read, 3u * 64);
  EXPECT_EQ(traffic.requested_written, 30u);
  EXPECT_EQ(traffic.bytes_written, 3u * 64);
  EXPECT_EQ(traffic.requests, 2u);
  EXPECT_EQ(device.statistics().total.bytes_read, 3u * 64);
  EXPECT_EQ(device.statistics().initiators.at(0).requests, 0u);
}

TEST(DramDevice, hits_misses_and_conflicts_add_up_to_bursts) {
  base::Ledger ledger;
  Device device(lpddr5x(), ledger);
  for (std::uint64_t i = 0; i < 1000; ++i) device.submit(read(i * 7919 * 64, 300), nanoseconds(i * 100));
  const Traffic& total = device.statistics().total;
  EXPECT_EQ(total.row_hits + total.row_misses + total.row_conflicts, total.bytes_read / 32);
  EXPECT_EQ(total.row_misses + total.row_conflicts, total.activations);
}

TEST(DramDevice, latency_runs_from_arrival_to_the_last_beat) {
  base::Ledger ledger;
  Device device(round_numbers(), ledger);
  device.submit(read(0, 64), nanoseconds(50));  // 2 + 10 + 7 + 16
  EXPECT_EQ(device.statistics().total.latency_sum.value, nanoseconds(35).value);
  EXPECT_EQ(device.statistics().total.latency_max.value, nanoseconds(35).value);
}

std::uint64_t counted(const base::Ledger& ledger, const std::string& component, const std::string& event,
                      base::Owner owner) {
  for (const auto& e : ledger.events()) {
    if (e.component.substr(0, e.component.find('.')) == component && e.name == event) return e.count[owner];
  }
  ADD_FAILURE() << component << "." << event << " is not in the ledger";
  return 0;
}

TEST(DramDevice, the_ledger_charges_commands_to_their_owner) {
  base::Ledger ledger;
  Device device(round_numbers(), ledger);
  Request request = read(0, 2048);  // two rows
  request.owner = 5;
  device.submit(request, Time(0));
  request.write = true;
  request.owner = 6;
  device.submit(request, Time(0));
  EXPECT_EQ(counted(ledger, "dram", "act", 5), 2u);
  EXPECT_EQ(counted(ledger, "dram", "rd", 5), 32u);
  EXPECT_EQ(counted(ledger, "dram", "wr", 6), 32u);
  EXPECT_EQ(counted(ledger, "dram_phy", "byte", 5), 2048u);
  EXPECT_EQ(counted(ledger, "dram", "rd", 6), 0u);
}

TEST(DramDevice, refreshes_are_counted_as_they_fall_due) {
  base::Ledger ledger;
  Device all(lpddr5x(), ledger);
  all.settle(microseconds(100));
  EXPECT_EQ(all.statistics().refreshes_all_bank, 4u * (100000 / 3906));
  EXPECT_EQ(counted(ledger, "dram", "refab", 0), 4u * (100000 / 3906));
  base::Ledger other;
  Device banks(llw(), other);
  banks.settle(microseconds(100));
  EXPECT_EQ(banks.statistics().refreshes_per_bank, 8u * (100000000 / (3906000 / 8)));
}

TEST(DramDevice, settling_changes_no_time_and_no_count) {
  for (const Config& config : {llw(), lpddr5x()}) {
    base::Ledger quiet_ledger;
    base::Ledger watched_ledger;
    Device quiet(config, quiet_ledger);
    Device watched(config, watched_ledger);
    for (std::uint64_t i = 0; i < 500; ++i) {
      const Time at = nanoseconds(i * i * 13 % 5000 + i * 1700);
      const Request request = read(i * 104729 * 64 % config.capacity_bytes / 2, 64 + i * 16);
      const Commit a = quiet.submit(request, at);
      const Commit b = watched.submit(request, at);
      watched.settle(at);
      ASSERT_EQ(a.last_beat.value, b.last_beat.value);
    }
    quiet.settle(units::milliseconds(2));
    watched.settle(units::milliseconds(2));
    for (std::size_t s = 0; s < quiet_ledger.states().size(); ++s) {
      EXPECT_EQ(quiet_ledger.states()[s].time.value, watched_ledger.states()[s].time.value) << config.name;
    }
    Time sum;
    for (const auto& state : quiet_ledger.states()) sum += state.time;
    EXPECT_EQ(sum.value, units::milliseconds(2).value * config.channels);
  }
}

TEST(DramDevice, the_peak_window_holds_the_busiest_100_us) {
  base::Ledger ledger;
  Device device(lpddr5x(), ledger);
  device.submit(read(0, 4096), microseconds(10));
  device.submit(read(0, 8192), microseconds(150));
  device.submit(read(0, 8192), microseconds(180));
  device.submit(read(0, 64), microseconds(950));
  EXPECT_EQ(device.statistics().peak_window_bytes, 16384u);
}

TEST(DramDevice, refuses_impossible_configurations_by_name) {
  base::Ledger ledger;
  Config config = lpddr5x();
  config.channels = 3;
  EXPECT_EQ(check(config), "channels is 3, expected a power of two");
  EXPECT_THROW(Device(config, ledger), std::invalid_argument);
  config = lpddr5x();
  config.rcd_ps = 0;
  EXPECT_EQ(check(config), "rcd_ps is 0, expected a positive value");
  config = lpddr5x();
  config.capacity_bytes += 64;
  EXPECT_NE(check(config).find("capacity_bytes"), std::string::npos);
  config = lpddr5x();
  config.refi_ps = 300000;
  EXPECT_NE(check(config).find("refi_ps is 300000"), std::string::npos);
  EXPECT_EQ(check(lpddr5x()), "");
  EXPECT_EQ(check(llw()), "");
}

TEST(DramPeakWindow, a_step_back_counts_in_the_window_before) {
  PeakWindow window;
  window.add(microseconds(99), 10);
  window.add(microseconds(101), 5);
  window.add(microseconds(98), 10);
  EXPECT_EQ(window.peak(), 20u);
  window.add(microseconds(1000), 15);
  EXPECT_EQ(window.peak(), 20u);
}

}  // namespace
}  // namespace takt::dram::testing
