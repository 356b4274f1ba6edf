#include "models/cpu/rv32/pmp.h"

#include <algorithm>

namespace takt::rv32 {
namespace {

constexpr std::uint8_t writable_bits = 0x9f;
enum Matching : unsigned { off = 0, top_of_range = 1, word = 2, power_of_two = 3 };

unsigned matching_of(std::uint8_t config) { return config >> 3 & 3; }

// Write without read is reserved (section 3.7.1): such a value is not taken.
bool reserved(std::uint8_t config) { return (config & 3) == 2; }

}  // namespace

std::uint32_t Pmp::config(unsigned word_index) const {
  if (word_index != 0) return 0;
  std::uint32_t value = 0;
  for (unsigned i = 0; i < entries; ++i) value |= std::uint32_t{config_[i]} << 8 * i;
  return value;
}

std::uint32_t Pmp::address(unsigned index) const { return index < entries ? address_[index] : 0; }

void Pmp::set_config(unsigned word_index, std::uint32_t value) {
  if (word_index != 0) return;
  for (unsigned i = 0; i < entries; ++i) {
    const auto config = static_cast<std::uint8_t>(value >> 8 * i & writable_bits);
    if (!locked(i) && !reserved(config)) config_[i] = config;
  }
  update();
}

// A locked top-of-range entry also locks the address below, where its region begins.
void Pmp::set_address(unsigned index, std::uint32_t value) {
  if (index >= entries || locked(index)) return;
  if (index + 1 < entries && locked(index + 1) && matching_of(config_[index + 1]) == top_of_range) return;
  address_[index] = value;
  update();
}

Pmp::Region Pmp::region_of(unsigned index) const {
  const std::uint64_t at = std::uint64_t{address_[index]} << 2;
  switch (matching_of(config_[index])) {
    case top_of_range: {
      const std::uint64_t from = index == 0 ? 0 : std::uint64_t{address_[index - 1]} << 2;
      return from < at ? Region{from, at - 1} : Region{};
    }
    case word:
      return {at, at + 3};
    case power_of_two: {
      // Trailing ones say how large: 0 of them 8 bytes, each one twice as much.
      const std::uint64_t ones = address_[index] & ~(std::uint64_t{address_[index]} + 1);
      const std::uint64_t bytes = (ones + 1) << 3;
      const std::uint64_t from = at & ~(bytes - 1);
      return {from, from + bytes - 1};
    }
    default:
      return {};
  }
}

void Pmp::update() {
  locked_ = 0;
  for (unsigned i = 0; i < entries; ++i) {
    region_[i] = region_of(i);
    if (locked(i)) locked_ |= 1u << i;
  }
}

bool Pmp::allows(std::uint32_t address, unsigned bytes, Right right, Privilege privilege) const {
  const std::uint64_t first = address, last = first + bytes - 1;
  for (unsigned i = 0; i < entries; ++i) {
    const Region& region = region_[i];
    if (last < region.first || first > region.last) continue;
    if (first < region.first || last > region.last) return false;
    if (privilege == Privilege::machine && !locked(i)) return true;
    return (config_[i] & static_cast<unsigned>(right)) != 0;
  }
  return privilege == Privilege::machine;
}

Pmp::Range Pmp::uniform_around(std::uint32_t address) const {
  Range range{0, 0xffffffff};
  for (const Region& region : region_) {
    if (region.last < region.first) continue;
    for (const std::uint64_t edge : {region.first, region.last + 1}) {
      if (edge <= address)
        range.first = std::max(range.first, edge);
      else
        range.last = std::min(range.last, edge - 1);
    }
  }
  return range;
}

}  // namespace takt::rv32
