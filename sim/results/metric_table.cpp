#include "sim/results/metric_table.h"

#include <algorithm>
#include <array>

namespace takt::results {
namespace {

constexpr std::array<std::string_view, 7> members = {"samples", "mean", "p50", "p90", "p95", "p99", "max"};

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

std::string_view name_of(Shape shape) {
  switch (shape) {
    case Shape::text:
      return "text";
    case Shape::count:
      return "integer";
    case Shape::number:
      return "number";
    case Shape::distribution:
      break;
  }
  return "distribution: samples, mean, p50, p90, p95, p99, max (nearest rank)";
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text) {
  std::size_t star = pattern.npos, behind = 0, p = 0, t = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      behind = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++behind;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string plain_path(const Metric& metric) {
  std::string path(metric.path);
  path.erase(std::remove(path.begin(), path.end(), '?'), path.end());
  return path;
}

const Metric* metric_of(std::string_view path, std::string* member) {
  if (member != nullptr) member->clear();
  for (const Metric& metric : metric_table()) {
    const std::string pattern = plain_path(metric);
    if (matches(pattern, path)) return &metric;
    if (metric.shape != Shape::distribution) continue;
    for (const std::string_view each : members)
      if (matches(pattern + "." + std::string(each), path)) {
        if (member != nullptr) *member = each;
        return &metric;
      }
  }
  return nullptr;
}

std::vector<const Metric*> metrics_called(std::string_view words) {
  if (const Metric* metric = metric_of(words)) return {metric};
  const std::string key = "." + std::string(words);
  std::vector<const Metric*> ends, holds;
  for (const Metric& metric : metric_table()) {
    const std::string path = plain_path(metric);
    const bool member =
        metric.shape == Shape::distribution && std::any_of(members.begin(), members.end(), [&](std::string_view each) {
          return ends_with(path + "." + std::string(each), key);
        });
    if (member || ends_with(path, key))
      ends.push_back(&metric);
    else if (path.find(words) != path.npos)
      holds.push_back(&metric);
  }
  return ends.empty() ? holds : ends;
}

std::string_view name_of(Better better) {
  switch (better) {
    case Better::lower:
      return "lower is better";
    case Better::higher:
      return "higher is better";
    case Better::neither:
      break;
  }
  return "neither way is better";
}

std::string describe(const Metric& metric) {
  std::string text = plain_path(metric) + "\n  " + std::string(metric.what) + "\n";
  const auto line = [&](const char* name, std::string_view value) {
    if (!value.empty()) text += "  " + std::string(name) + std::string(value) + "\n";
  };
  line("formula    ", metric.formula);
  line("unit       ", metric.unit);
  line("direction  ", metric.shape == Shape::text ? "" : name_of(metric.better));
  line("form       ", name_of(metric.shape));
  line("null where ", metric.null);
  if (metric.path.find('?') != metric.path.npos) line("", "only in runs that have it");
  return text;
}

}  // namespace takt::results
