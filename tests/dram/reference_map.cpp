#include "tests/dram/reference_map.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace takt::dram::testing {
namespace {

unsigned bits_of(std::uint64_t size) {
  unsigned bits = 0;
  while ((std::uint64_t{1} << bits) < size) ++bits;
  return bits;
}

}  // namespace

ReferenceMap::ReferenceMap(const Config& c) : config_(c) {
  const std::array<std::string, fields> names{"row", "rank", "bank", "group", "column"};
  std::array<unsigned, fields> left{32, bits_of(c.ranks), bits_of(c.banks_per_group), bits_of(c.bank_groups),
                                    bits_of(c.page_bytes / c.burst_bytes)};
  constexpr unsigned rest = 99;
  std::stringstream map(c.address_map);
  for (std::string word; std::getline(map, word, '-');) {
    std::size_t letters = 0;
    while (letters < word.size() && word[letters] >= 'a') ++letters;
    const auto name = std::find(names.begin(), names.end(), word.substr(0, letters));
    const auto field = static_cast<Field>(name - names.begin());
    const unsigned bits = letters == word.size() ? rest : static_cast<unsigned>(std::stoi(word.substr(letters)));
    if (bits != rest) left[field] -= bits;
    digits_.insert(digits_.begin(), {field, bits});
  }
  for (Digit& digit : digits_) {
    if (digit.bits == rest) digit.bits = left[digit.field];
  }
}

Place ReferenceMap::place_of(std::uint64_t burst) const {
  std::array<std::uint64_t, fields> value{};
  std::array<unsigned, fields> used{};
  for (const Digit& digit : digits_) {
    value[digit.field] += (burst % (std::uint64_t{1} << digit.bits)) << used[digit.field];
    used[digit.field] += digit.bits;
    burst >>= digit.bits;
  }
  Place place{static_cast<unsigned>(value[rank]), static_cast<unsigned>(value[group]),
              static_cast<unsigned>(value[bank]), static_cast<std::uint32_t>(value[row]),
              static_cast<std::uint32_t>(value[column])};
  permute(place);
  return place;
}

// The hashes as their descriptions give them (models/dram/config.h).
void ReferenceMap::permute(Place& p) const {
  const std::uint32_t banks = config_.banks_per_group;
  switch (config_.bank_hash) {
    case BankHash::none:
      return;
    case BankHash::rotate: {
      std::uint64_t sum = p.bank;
      for (std::uint32_t rest = p.row; banks > 1 && rest != 0; rest /= banks) sum += rest % banks;
      p.bank = static_cast<unsigned>(sum % banks);
      return;
    }
    case BankHash::exclusive_or:
      p.group ^= p.row % config_.bank_groups;
      p.bank ^= p.row / config_.bank_groups % banks;
      return;
    case BankHash::column:
      p.bank ^= p.column / 4 % banks;
      p.row ^= p.column / 4 / banks;
      return;
  }
}

}  // namespace takt::dram::testing
