#include "traces/formats/requests/time_text.h"

#include <charconv>

namespace takt::traces {
namespace {

constexpr std::uint64_t ps_per_us = 1000000;
constexpr std::uint64_t ps_per_s = 1000000000000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes the digits at the front, at most so many; nothing where there are none.
std::optional<std::uint64_t> digits(std::string_view& text, std::size_t most) {
  std::size_t n = 0;
  while (n < text.size() && n < most && is_digit(text[n])) ++n;
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + n, value);
  if (n == 0 || read.ec != std::errc()) return std::nullopt;
  text.remove_prefix(n);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// Decimals of a unit of so many picoseconds; nothing where there are none behind the point, or more than `most`.
std::optional<std::uint64_t> decimals(std::string_view& text, std::uint64_t unit, std::size_t most) {
  if (!take(text, '.')) return 0;
  const std::size_t before = text.size();
  const auto value = digits(text, most);
  if (!value || (!text.empty() && is_digit(text.front()))) return std::nullopt;
  for (std::size_t n = before - text.size(); n > 0; --n) unit /= 10;
  return *value * unit;
}

constexpr bool is_leap(std::uint64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr std::uint64_t days_of(std::uint64_t year, std::uint64_t month) {
  constexpr std::uint64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

// Since 2000-01-01.
std::optional<std::uint64_t> day_of(std::uint64_t year, std::uint64_t month, std::uint64_t day) {
  if (year < 2000 || year > 2199 || month < 1 || month > 12 || day < 1 || day > days_of(year, month))
    return std::nullopt;
  std::uint64_t sum = day - 1;
  for (std::uint64_t y = 2000; y < year; ++y) sum += is_leap(y) ? 366 : 365;
  for (std::uint64_t m = 1; m < month; ++m) sum += days_of(year, m);
  return sum;
}

}  // namespace

std::optional<Instant> microseconds_of(std::string_view text) {
  const auto whole = digits(text, 13);
  if (!whole) return std::nullopt;
  const auto part = decimals(text, ps_per_us, 6);
  if (!part || !text.empty()) return std::nullopt;
  return Instant{*whole / 1000000, *whole % 1000000 * ps_per_us + *part};
}

std::optional<Instant> timestamp_of(std::string_view text) {
  std::uint64_t fields[6] = {};
  constexpr char between[] = {'-', '-', ' ', ':', ':'};
  for (int i = 0; i < 6; ++i) {
    const auto value = digits(text, i == 0 ? 4 : 2);
    if (!value || (i < 5 && !take(text, between[i]))) return std::nullopt;
    fields[i] = *value;
  }
  const auto day = day_of(fields[0], fields[1], fields[2]);
  const auto part = decimals(text, ps_per_s, 9);
  const bool utc = text.empty() || text == "+00:00" || text == "Z";
  if (!day || !part || !utc || fields[3] > 23 || fields[4] > 59 || fields[5] > 59) return std::nullopt;
  return Instant{*day * 86400 + fields[3] * 3600 + fields[4] * 60 + fields[5], *part};
}

}  // namespace takt::traces
