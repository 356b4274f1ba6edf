#include "traces/formats/memory/ramulator2.h"

#include <limits>
#include <string>

namespace takt::traces {
namespace {

constexpr std::string_view address_expected = "an address, decimal or 0x hexadecimal";

// True for `write`, false for `read`.
bool take_command(LineTokens& tokens, std::string_view read, std::string_view write) {
  const std::string expected = std::string(read) + " or " + std::string(write);
  const std::string_view token = tokens.take(expected);
  if (token != read && token != write) tokens.fail(token, expected);
  return token == write;
}

std::uint32_t parse_level(const LineTokens& tokens, std::string_view text) {
  constexpr std::string_view expected = "a decimal number up to 4294967295 in the address vector";
  const std::uint64_t value = tokens.decimal(text, expected);
  if (value > std::numeric_limits<std::uint32_t>::max()) tokens.fail(text, expected);
  return static_cast<std::uint32_t>(value);
}

AddressVector parse_vector(const LineTokens& tokens, std::string_view token) {
  AddressVector vector;
  std::string_view rest = token;
  while (true) {
    if (vector.levels == AddressVector::max_levels)
      tokens.fail_at(token, "an address vector of more than " + std::to_string(AddressVector::max_levels) + " levels",
                     "channel, rank, .., row, column");
    const std::size_t comma = rest.find(',');
    vector.level[vector.levels++] = parse_level(tokens, rest.substr(0, comma));
    if (comma == std::string_view::npos) return vector;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace

void LoadStoreReader::parse(LineTokens& tokens, MemoryAccess& access) {
  access.write = take_command(tokens, "LD", "ST");
  access.address = tokens.take_number(address_expected);
}

void ReadWriteReader::parse(LineTokens& tokens, MemoryAccess& access) {
  access.write = take_command(tokens, "R", "W");
  const std::string_view token = tokens.take("an address vector as 0,1,2,100,32");
  access.vector = parse_vector(tokens, token);
  if (levels_ == 0) levels_ = access.vector.levels;
  if (access.vector.levels != levels_)
    tokens.fail_at(token, "an address vector of " + std::to_string(access.vector.levels) + " levels",
                   std::to_string(levels_) + " as in the trace's first line");
}

void SimpleO3Reader::parse(LineTokens& tokens, MemoryAccess& access) {
  access.instructions = tokens.take_decimal("a decimal count of instructions");
  access.address = tokens.take_number(address_expected);
  has_store_ = !tokens.at_end();
  if (has_store_) store_address_ = tokens.take_number(address_expected);
}

bool SimpleO3Reader::next_of_line(MemoryAccess& access) {
  if (!has_store_) return false;
  has_store_ = false;
  access.address = store_address_;
  access.write = true;
  return true;
}

}  // namespace takt::traces
