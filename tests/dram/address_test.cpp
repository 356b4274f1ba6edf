// Where bursts lie: against the map read digit by digit, against the formulas of published simulators, and back.
#include "models/dram/address.h"

#include <gtest/gtest.h>

#include "sim/config/load.h"
#include "tests/dram/peers/mirrors.h"
#include "tests/dram/random_config.h"
#include "tests/dram/reference_map.h"

namespace takt::dram::testing {
namespace {

using units::Random;

void expect_place(const Config& c, const AddressMap& map, const ReferenceMap& reference, std::uint64_t burst) {
  const Place place = reference.place_of(burst);
  const Chunk chunk = map.locate(burst);
  ASSERT_EQ(chunk.row, place.row);
  ASSERT_EQ(chunk.bank_base + ((chunk.turn & (map.rotation() - 1)) ^ chunk.group_flip), bank_number(c, place));
  // Every burst of the chunk lies where its description says, and the one behind it does not.
  for (std::uint64_t i = 0; i < chunk.count; ++i) {
    const Place next = reference.place_of(burst + i);
    ASSERT_EQ(next.row, chunk.row) << "burst " << burst << " + " << i;
    ASSERT_EQ(bank_number(c, next), chunk.bank_base + (((chunk.turn + i) & (map.rotation() - 1)) ^ chunk.group_flip));
  }
  ASSERT_EQ(map.burst_at(place.rank, place.group, place.bank, place.row, place.column), burst);
}

TEST(Address, is_the_map_s_on_every_preset) {
  for (const auto& preset : config::list_memories()) {
    SCOPED_TRACE(preset.name);
    const Config config = config::load_memory(preset.name);
    const AddressMap map(config);
    const ReferenceMap reference(config);
    Random random(1);
    for (int i = 0; i < 300; ++i) {
      expect_place(config, map, reference, random.below(channel_bursts(config)));
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Address, is_the_map_s_on_random_configurations) {
  for (unsigned seed = 0; seed < 600; ++seed) {
    Random random(seed);
    const Config config = random_config(random);
    SCOPED_TRACE(config.address_map + " seed " + std::to_string(seed));
    const AddressMap map(config);
    const ReferenceMap reference(config);
    for (int i = 0; i < 30; ++i) {
      expect_place(config, map, reference, random.below(channel_bursts(config)));
      if (HasFatalFailure()) return;
    }
  }
}

// Every place is that of one burst: bursts of a small memory meet each bank, row and column once.
TEST(Address, loses_nothing) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    Random random(seed);
    Config config = random_config(random);
    if (channel_bursts(config) > 20000) continue;
    const ReferenceMap reference(config);
    const AddressMap map(config);
    std::vector<bool> seen(channel_bursts(config));
    for (std::uint64_t burst = 0; burst < seen.size(); ++burst) {
      const Place p = reference.place_of(burst);
      const std::uint64_t back = map.burst_at(p.rank, p.group, p.bank, p.row, p.column);
      ASSERT_LT(back, seen.size());
      ASSERT_FALSE(seen[back]);
      seen[back] = true;
    }
  }
}

// Bits of a byte address.
std::uint64_t bits(std::uint64_t address, unsigned high, unsigned low) {
  return address >> low & ((std::uint64_t{1} << (high - low + 1)) - 1);
}

// Ramulator 2.1, addr_mapper/impl/mop4clxor.cpp, with 64 columns of 32 bytes, 4 x 4 banks and 32768 rows. Its bank
// group is A[8:7] xor A[6:5]: four bursts meet the four groups in another order.
TEST(Address, is_ramulator_s_mop4clxor) {
  const Config config = mirror_of_ramulator();
  const AddressMap map(config);
  Random random(3);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t a = random.below(std::uint64_t{1} << 30);
    const Chunk chunk = map.locate(a / 32);
    ASSERT_EQ(chunk.bank_base / 4, bits(a, 10, 9) ^ bits(a, 12, 11));
    ASSERT_EQ(chunk.row, bits(a, 29, 15) ^ bits(a, 14, 13));
    ASSERT_EQ(map.rotation(), 4u);
    ASSERT_EQ(chunk.turn % 4, bits(a, 6, 5));
  }
}

// DRAMsim3, configuration.cc, robaracochbg: group A[6:5], column A[12:7], bank A[14:13], row A[29:15].
TEST(Address, is_dramsim3_s_robaracochbg) {
  const Config config = mirror_of_dramsim3();
  const AddressMap map(config);
  Random random(4);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t a = random.below(std::uint64_t{1} << 30);
    const Chunk chunk = map.locate(a / 32);
    const unsigned found = chunk.bank_base + ((chunk.turn & (map.rotation() - 1)) ^ chunk.group_flip);
    ASSERT_EQ(found, bits(a, 14, 13) * 4 + bits(a, 6, 5));
    ASSERT_EQ(chunk.row, bits(a, 29, 15));
    ASSERT_EQ(map.burst_at(0, bits(a, 6, 5), bits(a, 14, 13), chunk.row, bits(a, 12, 7)), a / 32);
  }
}

TEST(Address, rotates_by_the_sum_of_the_row_s_digits) {
  Config config = lpddr5_6400();
  config.address_map = "row-bank-column-group";
  config.bank_hash = BankHash::rotate;
  const AddressMap map(config);
  const std::uint64_t row_group = 64 * 4;
  // Row 6 is 12 to the base of 4 banks: the digits sum to 3.
  EXPECT_EQ(map.locate(6 * 4 * row_group).bank_base, 3 * 4);
  EXPECT_EQ(map.locate((6 * 4 + 1) * row_group).bank_base, 0);
}

TEST(Address, xors_group_and_bank_with_the_row) {
  Config config = lpddr5_6400();
  config.address_map = "row-bank-column-group";
  config.bank_hash = BankHash::exclusive_or;
  const AddressMap map(config);
  const std::uint64_t row = 0b0111;  // group 3, bank 1
  const Chunk chunk = map.locate((row * 4 + 2) * 64 * 4);
  EXPECT_EQ(chunk.bank_base, (2 ^ 1) * 4);
  EXPECT_EQ(chunk.group_flip, 3);
}

struct Refused {
  const char* map;
  const char* problem;
};

TEST(Address, refuses_maps_that_leave_bits_out) {
  Config c = lpddr5_6400();
  c.ranks = 2;
  const Refused list[] = {{"", "expected row"},
                          {"row-bank-column", "'group' 0 bits"},
                          {"row-rank-bank-column-group3", "'group' 3 bits"},
                          {"row-rank-bank-column-group1", "'group' 1 bits"},
                          {"row-rank-bank-column-column-group", "twice"},
                          {"row-rank-bank-colum-group", "'colum'"},
                          {"row-rank-bank-column-group-", "''"},
                          {"row-rank-bank-column9-group", "'column' 9 bits"},
                          {"row-rank-bank-column2x-group", "number of bits"},
                          {"row-rank-bank-column123-group", "below 100"},
                          {"rank-row-bank-column-group", "begins with 'rank'"}};
  for (const Refused& r : list) {
    c.address_map = r.map;
    EXPECT_NE(check_address_map(c).find(r.problem), std::string::npos) << r.map << ": " << check_address_map(c);
  }
  for (const char* map :
       {"row-rank-bank-column-group", "row-column4-rank-bank-group-column2", "row15-row-rank-bank-column-group"}) {
    c.address_map = map;
    EXPECT_EQ(check_address_map(c), "");
  }
}

}  // namespace
}  // namespace takt::dram::testing
