// Where a burst lies, digit by digit: the address map read anew from its text, for comparison with the model's.
#pragma once

#include <cstdint>
#include <vector>

#include "models/dram/config.h"

namespace takt::dram::testing {

struct Place {
  unsigned rank = 0;
  unsigned group = 0;
  unsigned bank = 0;  // in its group
  std::uint32_t row = 0;
  std::uint32_t column = 0;
};

inline bool operator==(const Place& a, const Place& b) {
  return a.rank == b.rank && a.group == b.group && a.bank == b.bank && a.row == b.row && a.column == b.column;
}

// As commands name it (models/dram/address.h, Chunk).
inline unsigned bank_number(const Config& c, const Place& p) {
  return (p.rank * c.banks_per_group + p.bank) * c.bank_groups + p.group;
}

// Bursts of one channel.
inline std::uint64_t channel_bursts(const Config& c) { return c.capacity_bytes / c.channels / c.burst_bytes; }

class ReferenceMap {
 public:
  explicit ReferenceMap(const Config& config);
  Place place_of(std::uint64_t burst) const;

 private:
  enum Field : std::uint8_t { row, rank, bank, group, column, fields };
  struct Digit {
    Field field;
    unsigned bits;
  };
  void permute(Place& place) const;

  Config config_;
  std::vector<Digit> digits_;  // lowest first
};

}  // namespace takt::dram::testing
