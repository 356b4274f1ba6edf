#include "sim/replay/text.h"

#include "sim/results/figures.h"

namespace takt::replay {
namespace {

unsigned __int128 power_of_ten(unsigned n) {
  unsigned __int128 power = 1;
  while (n-- > 0) power *= 10;
  return power;
}

}  // namespace

std::string hexadecimal(std::uint64_t value) {
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4) *digit = "0123456789abcdef"[value & 15];
  return text;
}

std::string fixed(results::Decimal d, unsigned places) {
  const results::Decimal rounded = d.places > places ? results::quotient(d.digits, power_of_ten(d.places - places), 0)
                                                     : results::Decimal{d.digits * power_of_ten(places - d.places), 0};
  std::string digits = results::to_text({rounded.digits, 0});
  if (places == 0) return digits;
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  return digits.insert(digits.size() - places, ".");
}

std::string ratio(unsigned __int128 numerator, unsigned __int128 denominator, unsigned places) {
  return denominator == 0 ? "-" : fixed(results::quotient(numerator, denominator, places), places);
}

std::string percent(std::uint64_t part, std::uint64_t whole, unsigned places) {
  return ratio(static_cast<unsigned __int128>(part) * 100, whole, places);
}

std::string gbps(std::uint64_t bytes, units::Time time, unsigned places) {
  return ratio(static_cast<unsigned __int128>(bytes) * 1000, time.value, places);
}

results::Value latency_ns(const dram::Latencies& latency, const std::string& path, results::Value& notes) {
  results::Value value;
  value["samples"] = latency.samples();
  const bool none = latency.samples() == 0;
  const auto put = [&](const char* key, units::Time t) {
    value[key] = none ? results::Value() : results::Value(results::nanoseconds(t));
  };
  put("mean", latency.mean());
  put("p50", latency.percentile(50));
  put("p90", latency.percentile(90));
  put("p99", latency.percentile(99));
  put("max", latency.max());
  if (none) {
    notes[path] = "no access";
  } else if (latency.samples() < results::enough_samples) {
    notes[path] = "percentiles from fewer than " + std::to_string(results::enough_samples) + " samples";
  }
  return value;
}

}  // namespace takt::replay
