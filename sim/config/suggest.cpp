#include "sim/config/suggest.h"

#include <algorithm>
#include <string_view>

namespace takt::config {
namespace {

constexpr std::string_view units[] = {
    "hz",   "khz",  "mhz",    "ghz",      "ps",      "ns",         "us", "ms", "s",  "bytes", "kib", "mib",
    "gib",  "kb",   "mb",     "gb",       "aj",      "fj",         "pj", "nj", "uw", "mw",    "w",   "bps",
    "mbps", "gbps", "cycles", "permille", "percent", "millihertz", "ua", "ma", "mv", "bursts"};

// The name without its unit; unchanged where it has none.
std::string_view stem(std::string_view name) {
  const std::size_t underscore = name.rfind('_');
  if (underscore == std::string_view::npos) return name;
  const std::string_view unit = name.substr(underscore + 1);
  return std::find(std::begin(units), std::end(units), unit) == std::end(units) ? name : name.substr(0, underscore);
}

std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

bool same_but_unit(const std::string& a, const std::string& b) {
  return a != b && stem(a) == stem(b) && stem(a) != std::string_view(a) && stem(b) != std::string_view(b);
}

std::string nearest(const std::string& name, const std::vector<std::string>& candidates) {
  constexpr std::size_t longest = 200;
  if (name.size() > longest) return {};
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(name.size() / 3, 2) + 1;
  for (const std::string& candidate : candidates) {
    if (same_but_unit(name, candidate)) return candidate;
    if (name.size() >= 3 && best.empty() && candidate.rfind(name, 0) == 0) best = candidate;
    const std::size_t d = distance(name, candidate);
    if (d < best_distance) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

}  // namespace takt::config
