#include "traces/formats/memory/stl.h"

#include <limits>

namespace takt::traces {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdefABCDEF";

std::uint32_t parse_length(LineTokens& tokens) {
  constexpr std::string_view expected = "a length in bytes as (128), 1 .. 4294967295";
  const std::string_view token = tokens.take(expected);
  if (token.size() < 3 || token.back() != ')') tokens.fail(token, expected);
  const std::uint64_t length = tokens.decimal(token.substr(1, token.size() - 2), expected);
  if (length == 0 || length > std::numeric_limits<std::uint32_t>::max()) tokens.fail(token, expected);
  return static_cast<std::uint32_t>(length);
}

bool parse_command(LineTokens& tokens) {
  const std::string_view token = tokens.take("read or write");
  if (token != "read" && token != "write") tokens.fail(token, "read or write");
  return token == "write";
}

void check_data(LineTokens& tokens) {
  const std::string_view token = tokens.take("data");
  const std::string_view digits = has_hex_prefix(token) ? token.substr(2) : token;
  if (digits.empty() || digits.find_first_not_of(hex_digits) != std::string_view::npos)
    tokens.fail(token, "hexadecimal data or the end of the line");
}

}  // namespace

void StlReader::parse(LineTokens& tokens, MemoryAccess& access) {
  constexpr std::string_view expected = "a decimal cycle";
  std::string_view token = tokens.take(expected);
  if (token.size() > 1 && token.back() == ':') token.remove_suffix(1);
  const std::uint64_t cycle = tokens.decimal(token, expected);
  access.time = timing() == TraceTiming::absolute ? arrival(cycle, token, tokens) : time_of(cycle, token, tokens);
  if (!tokens.at_end() && tokens.peek().front() == '(') access.bytes = parse_length(tokens);
  access.write = parse_command(tokens);
  access.address = tokens.take_hexadecimal("a hexadecimal address");
  if (!tokens.at_end()) check_data(tokens);
}

}  // namespace takt::traces
