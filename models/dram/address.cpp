#include "models/dram/address.h"

#include <array>

#include "models/dram/bits.h"

namespace takt::dram {
namespace {

constexpr std::array<const char*, 5> names{"column", "group", "bank", "rank", "row"};
constexpr unsigned rest = ~0u;
constexpr unsigned kept_columns = 2;  // column bits that BankHash::column leaves alone

struct Token {
  unsigned field = 0;
  unsigned bits = rest;
};

std::array<unsigned, 5> field_bits(const Config& c) {
  return {log2_of(c.page_bytes / c.burst_bytes), log2_of(c.bank_groups), log2_of(c.banks_per_group), log2_of(c.ranks),
          32};
}

// Highest first. On an error `problem` says what.
std::vector<Token> tokens(const std::string& map, std::string& problem) {
  std::vector<Token> all;
  std::size_t at = 0;
  while (at <= map.size()) {
    const std::size_t end = map.find('-', at) == std::string::npos ? map.size() : map.find('-', at);
    const std::string word = map.substr(at, end - at);
    Token token;
    const std::size_t digits = word.find_first_of("0123456789");
    const std::string name = word.substr(0, digits);
    while (token.field < names.size() && name != names[token.field]) ++token.field;
    if (token.field == names.size()) {
      problem =
          "'" + word + "' in address_map, expected row, rank, bank, column or group, with a number of bits or none";
      return all;
    }
    if (digits != std::string::npos) {
      const std::string number = word.substr(digits);
      if (number.size() > 2 || number.find_first_not_of("0123456789") != std::string::npos) {
        problem = "'" + word + "' in address_map, expected a number of bits below 100";
        return all;
      }
      token.bits = static_cast<unsigned>(std::stoul(number));
    }
    all.push_back(token);
    at = end + 1;
  }
  return all;
}

}  // namespace

std::string check_address_map(const Config& c) {
  std::string problem;
  const std::vector<Token> all = tokens(c.address_map, problem);
  if (!problem.empty()) return problem;
  const std::array<unsigned, 5> bits = field_bits(c);
  for (unsigned field = 0; field < names.size(); ++field) {
    unsigned named = 0;
    unsigned rests = 0;
    for (const Token& t : all) {
      if (t.field != field) continue;
      if (t.bits == rest) {
        ++rests;
      } else {
        named += t.bits;
      }
    }
    const std::string name = names[field];
    if (rests > 1) return "address_map names '" + name + "' without a number of bits twice";
    if (rests == 0 && bits[field] != 0 && named != bits[field]) {
      return "address_map gives '" + name + "' " + std::to_string(named) + " bits, expected " +
             (field == 4 ? "the rest" : std::to_string(bits[field]));
    }
    if (named > bits[field]) {
      return "address_map gives '" + name + "' " + std::to_string(named) + " bits, it has " +
             std::to_string(bits[field]);
    }
  }
  if (all.front().field != 4)
    return "address_map begins with '" + std::string(names[all.front().field]) + "', expected row";
  return {};
}

AddressMap::AddressMap(const Config& c) : bank_hash_(c.bank_hash) {
  std::string problem;
  const std::vector<Token> all = tokens(c.address_map, problem);
  const std::array<unsigned, 5> bits = field_bits(c);
  for (unsigned i = 0; i < fields; ++i) bits_[i] = bits[i];
  std::array<unsigned, 5> low{};
  unsigned shift = 0;
  for (auto token = all.rbegin(); token != all.rend(); ++token) {
    unsigned width = token->bits;
    if (width == rest) {
      width = bits[token->field];
      for (const Token& other : all) {
        if (other.field == token->field && other.bits != rest) width -= other.bits;
      }
    }
    if (width == 0) continue;
    digits_.push_back({static_cast<Field>(token->field), static_cast<std::uint8_t>(shift),
                       static_cast<std::uint8_t>(low[token->field]), static_cast<std::uint8_t>(width)});
    low[token->field] += width;
    shift += width;
  }
  const bool rotates = digits_.front().field == group_field && digits_.front().bits == bits_[group_field];
  rotation_ = rotates ? c.bank_groups : 1;
  chunk_bits_ = rotates ? bits_[group_field] : 0;
  for (const Digits& d : digits_) {
    if (d.field != column_field || d.shift != chunk_bits_) continue;
    const bool hashed = bank_hash_ == BankHash::column && d.low + d.bits > kept_columns;
    chunk_bits_ += !hashed ? d.bits : d.low < kept_columns ? kept_columns - d.low : 0;
    if (hashed) break;
  }
}

// rotate: consecutive row groups take consecutive banks; the first bank moves by the digits of the row, to the base of
// the banks. Rows that differ in one digit begin in different banks, and the next row never begins in the bank just
// used, except where two digits carry.
AddressMap::Hash AddressMap::hash(std::uint32_t row, std::uint32_t column) const {
  Hash h;
  const std::uint32_t banks = (1u << bits_[bank_field]) - 1;
  if (bank_hash_ == BankHash::rotate && bits_[bank_field] > 0) {
    for (std::uint32_t digits = row; digits != 0; digits >>= bits_[bank_field]) h.bank += digits;
  } else if (bank_hash_ == BankHash::exclusive_or) {
    h.group = row & ((1u << bits_[group_field]) - 1);
    h.bank = row >> bits_[group_field] & banks;
  } else if (bank_hash_ == BankHash::column) {
    h.bank = column >> kept_columns & banks;
    h.row = column >> (kept_columns + bits_[bank_field]);
  }
  return h;
}

Chunk AddressMap::locate(std::uint64_t burst) const {
  std::uint64_t value[fields] = {};
  for (const Digits& d : digits_) {
    value[d.field] |= (burst >> d.shift & ((std::uint64_t{1} << d.bits) - 1)) << d.low;
  }
  Chunk chunk;
  chunk.row = static_cast<std::uint32_t>(value[row_field]);
  const Hash h = hash(chunk.row, static_cast<std::uint32_t>(value[column_field]));
  chunk.row ^= h.row;
  const unsigned mask = (1u << bits_[bank_field]) - 1;
  const unsigned bank = static_cast<unsigned>(value[bank_field]);
  const unsigned moved = bank_hash_ == BankHash::rotate ? (bank + h.bank) & mask : bank ^ h.bank;
  const unsigned group = rotation_ > 1 ? 0 : static_cast<unsigned>(value[group_field]) ^ h.group;
  chunk.bank_base = static_cast<std::uint16_t>(bank_number(static_cast<unsigned>(value[rank_field]), group, moved));
  chunk.group_flip = static_cast<std::uint16_t>(rotation_ > 1 ? h.group : 0);
  const std::uint64_t inside = burst & ((std::uint64_t{1} << chunk_bits_) - 1);
  chunk.turn = static_cast<std::uint32_t>(inside);
  chunk.count = (std::uint64_t{1} << chunk_bits_) - inside;
  return chunk;
}

std::uint64_t AddressMap::burst_at(unsigned rank, unsigned group, unsigned bank, std::uint32_t row,
                                   std::uint32_t column) const {
  Hash h = hash(row, column);
  if (h.row != 0) h = hash(row ^= h.row, column);
  const unsigned mask = (1u << bits_[bank_field]) - 1;
  std::uint64_t value[fields] = {};
  value[column_field] = column;
  value[group_field] = group ^ h.group;
  value[bank_field] = bank_hash_ == BankHash::rotate ? (bank - h.bank) & mask : bank ^ h.bank;
  value[rank_field] = rank;
  value[row_field] = row;
  std::uint64_t burst = 0;
  for (const Digits& d : digits_) {
    burst |= (value[d.field] >> d.low & ((std::uint64_t{1} << d.bits) - 1)) << d.shift;
  }
  return burst;
}

}  // namespace takt::dram
