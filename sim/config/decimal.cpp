#include "sim/config/decimal.h"

#include <algorithm>

namespace takt::config {
namespace {

using Wide = unsigned __int128;

constexpr std::size_t longest_literal = 64;

// A literal as digits * 10^exponent.
struct Parts {
  std::string digits;
  int exponent = 0;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int digit_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

DecimalResult parse_radix(std::string_view digits, unsigned radix, std::uint64_t unit) {
  Wide value = 0;
  if (digits.empty()) return {};
  for (const char c : digits) {
    const int digit = digit_value(c);
    if (digit >= static_cast<int>(radix)) return {};
    value = value * radix + static_cast<unsigned>(digit);
    if (value >> 64) return {DecimalStatus::too_large, 0};
  }
  value *= unit;
  if (value >> 64) return {DecimalStatus::too_large, 0};
  return {DecimalStatus::ok, static_cast<std::uint64_t>(value)};
}

// Reads [0-9]* from `text` at `at`.
std::string_view take_digits(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  return text.substr(begin, at - begin);
}

bool take_exponent(std::string_view text, std::size_t& at, int& exponent) {
  if (at == text.size() || (text[at] != 'e' && text[at] != 'E')) return true;
  ++at;
  bool negative = false;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) negative = text[at++] == '-';
  const std::string_view digits = take_digits(text, at);
  if (digits.empty() || digits.size() > 3) return false;
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  exponent += negative ? -value : value;
  return true;
}

bool take_parts(std::string_view text, Parts& parts) {
  std::size_t at = 0;
  const std::string_view whole = take_digits(text, at);
  if (whole.empty()) return false;
  parts.digits = whole;
  if (at < text.size() && text[at] == '.') {
    ++at;
    const std::string_view fraction = take_digits(text, at);
    if (fraction.empty()) return false;
    parts.digits += fraction;
    parts.exponent = -static_cast<int>(fraction.size());
  }
  if (!take_exponent(text, at, parts.exponent) || at != text.size()) return false;
  while (parts.digits.size() > 1 && parts.digits.back() == '0') {
    parts.digits.pop_back();
    ++parts.exponent;
  }
  parts.digits.erase(0, std::min(parts.digits.find_first_not_of('0'), parts.digits.size() - 1));
  return true;
}

DecimalResult scale(const Parts& parts, std::uint64_t unit) {
  if (parts.digits == "0") return {DecimalStatus::ok, 0};
  if (parts.digits.size() > 19) return {parts.exponent < 0 ? DecimalStatus::too_fine : DecimalStatus::too_large, 0};
  Wide value = 0;
  for (const char c : parts.digits) value = value * 10 + static_cast<unsigned>(c - '0');
  value *= unit;  // below 10^19 * 2^64 < 2^128
  int exponent = parts.exponent;
  for (; exponent < 0; ++exponent, value /= 10) {
    if (value % 10 != 0) return {DecimalStatus::too_fine, 0};
  }
  for (; exponent > 0; --exponent, value *= 10) {
    if (value >> 64) return {DecimalStatus::too_large, 0};
  }
  if (value >> 64) return {DecimalStatus::too_large, 0};
  return {DecimalStatus::ok, static_cast<std::uint64_t>(value)};
}

// TOML's underscores stand between digits only.
bool drop_underscores(std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') continue;
    if (i == 0 || i + 1 == text.size() || digit_value(text[i - 1]) > 15 || digit_value(text[i + 1]) > 15) return false;
  }
  text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
  return true;
}

}  // namespace

DecimalResult parse_decimal(std::string_view literal, std::uint64_t unit) {
  std::string text(literal);
  if (text.empty() || text.size() > longest_literal || !drop_underscores(text)) return {};
  bool negative = false;
  if (text[0] == '+' || text[0] == '-') {
    negative = text[0] == '-';
    text.erase(0, 1);
  }
  DecimalResult result;
  const std::string prefix = text.substr(0, 2);
  Parts parts;
  if (prefix == "0x")
    result = parse_radix(std::string_view(text).substr(2), 16, unit);
  else if (prefix == "0o")
    result = parse_radix(std::string_view(text).substr(2), 8, unit);
  else if (prefix == "0b")
    result = parse_radix(std::string_view(text).substr(2), 2, unit);
  else if (take_parts(text, parts))
    result = scale(parts, unit);
  const bool nonzero = result.status != DecimalStatus::ok || result.value != 0;
  if (negative && nonzero && result.status != DecimalStatus::not_a_number) return {DecimalStatus::negative, 0};
  return result;
}

std::string format_decimal(std::uint64_t value, std::uint64_t unit) {
  std::string text = std::to_string(value / unit);
  Wide rest = value % unit;
  if (rest != 0) text += '.';
  while (rest != 0) {
    rest *= 10;
    text += static_cast<char>('0' + static_cast<int>(rest / unit));
    rest %= unit;
  }
  return text;
}

}  // namespace takt::config
