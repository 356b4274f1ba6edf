// Where a channel's bursts lie: which rank, bank group, bank, row and column.
//
// A map names the digits of a burst's number inside its channel, highest first: "row-rank-bank-column-group". A digit
// suffix splits a field: "row-column-rank-bank-group-column2" keeps the two lowest bits of the column below the group.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/dram/config.h"

namespace takt::dram {

// Bursts from one place on that share a row in each of the banks they rotate through: burst i of the chunk lies in
// bank bank_base + ((turn + i) mod rotation) xor group_flip. A bank is numbered
// (rank * banks_per_group + bank) * bank_groups + group.
struct Chunk {
  std::uint32_t row = 0;
  std::uint16_t bank_base = 0;  // in group 0 where the chunk rotates
  std::uint16_t group_flip = 0;
  std::uint32_t turn = 0;   // the first burst's place in the chunk's row group
  std::uint64_t count = 0;  // bursts to the end of the row group

  unsigned turn_of(std::uint32_t place, unsigned rotation) const { return (turn + place) & (rotation - 1); }
  unsigned bank(std::uint32_t place, unsigned rotation) const {
    return bank_base + (turn_of(place, rotation) ^ group_flip);
  }
};

class AddressMap {
 public:
  // Precondition: check_address_map(config) is empty.
  explicit AddressMap(const Config& config);

  // Banks that consecutive bursts rotate through: the bank groups where they are the lowest digit, else 1.
  unsigned rotation() const { return rotation_; }
  Chunk locate(std::uint64_t burst) const;
  // The burst that lies there; for traces that name rows and columns. Undoes the bank hash.
  std::uint64_t burst_at(unsigned rank, unsigned group, unsigned bank, std::uint32_t row, std::uint32_t column) const;

  unsigned bank_number(unsigned rank, unsigned group, unsigned bank) const {
    return (rank * (1u << bits_[bank_field]) + bank) * (1u << bits_[group_field]) + group;
  }

 private:
  enum Field : std::uint8_t { column_field, group_field, bank_field, rank_field, row_field, fields };
  struct Digits {  // a contiguous part of one field
    Field field;
    std::uint8_t shift;  // in the burst number
    std::uint8_t low;    // in the field
    std::uint8_t bits;
  };
  struct Hash {
    unsigned bank = 0;
    unsigned group = 0;
    std::uint32_t row = 0;
  };
  Hash hash(std::uint32_t row, std::uint32_t column) const;

  std::vector<Digits> digits_;
  unsigned bits_[fields] = {};
  unsigned rotation_;
  unsigned chunk_bits_;  // lowest bits of a burst number that stay in one row of each rotating bank
  BankHash bank_hash_;
};

// Empty, or what is wrong with config.address_map.
std::string check_address_map(const Config& config);

}  // namespace takt::dram
