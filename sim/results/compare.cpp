#include "sim/results/compare.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <set>

#include "sim/results/value.h"

namespace takt::results {
namespace {

// Keys that state what was run.
const char* const inputs[] = {"config_hash", "fidelity", "firmware", "metrics.sla_factor",
                              "scenario",    "seed",     "soc",      "takt_version"};

bool below(const std::string& path, const std::string& key) {
  return path.compare(0, key.size(), key) == 0 && (path.size() == key.size() || path[key.size()] == '.');
}

bool is_input(const std::string& path) {
  return std::any_of(std::begin(inputs), std::end(inputs), [&](const char* key) { return below(path, key); });
}

// A number as an integer times a power of ten; nullopt where it has an exponent or too many digits for that.
struct Scaled {
  __int128 digits = 0;
  unsigned places = 0;
};
std::optional<Scaled> scaled(const std::string& text) {
  constexpr std::size_t most_digits = 36;
  Scaled number;
  const bool negative = text[0] == '-';
  bool behind_point = false;
  if (text.size() > most_digits) return std::nullopt;
  for (std::size_t i = negative ? 1 : 0; i < text.size(); ++i) {
    if (text[i] == '.') {
      behind_point = true;
    } else if ('0' <= text[i] && text[i] <= '9') {
      number.digits = number.digits * 10 + (text[i] - '0');
      number.places += behind_point ? 1 : 0;
    } else {
      return std::nullopt;
    }
  }
  if (negative) number.digits = -number.digits;
  return number;
}

// Multiplies up to `places`; nullopt where that leaves 128 bits.
std::optional<__int128> aligned(Scaled number, unsigned places) {
  constexpr __int128 limit = static_cast<__int128>(1) << 120;
  for (; number.places < places; ++number.places) {
    if (number.digits > limit / 10 || number.digits < -limit / 10) return std::nullopt;
    number.digits *= 10;
  }
  return number.digits;
}

std::string signed_text(__int128 digits, unsigned places) {
  const auto magnitude = static_cast<unsigned __int128>(digits < 0 ? -digits : digits);
  return (digits < 0 ? "-" : "+") + to_text(Decimal{magnitude, places});
}

// Empty where the numbers do not fit exact arithmetic.
std::string exact_delta(const std::string& before, const std::string& after) {
  const std::optional<Scaled> a = scaled(before), b = scaled(after);
  if (!a || !b) return {};
  const unsigned places = std::max(a->places, b->places);
  const std::optional<__int128> left = aligned(*a, places), right = aligned(*b, places);
  if (!left || !right) return {};
  return signed_text(*right - *left, places);
}

void add_delta(Change& change) {
  change.delta = exact_delta(change.before, change.after);
  if (change.delta.empty()) {
    const double delta = std::strtod(change.after.c_str(), nullptr) - std::strtod(change.before.c_str(), nullptr);
    char text[32];
    const auto end = std::to_chars(std::begin(text), std::end(text), delta).ptr;
    change.delta = (delta < 0 ? "" : "+") + std::string(text, end);
  }
  const double before = std::strtod(change.before.c_str(), nullptr);
  if (before != 0) change.percent = 100.0 * std::strtod(change.delta.c_str(), nullptr) / std::abs(before);
}

Change::Effect effect_of(const Change& change) {
  std::string member;
  const Metric* metric = metric_of(change.path, &member);
  if (metric == nullptr || member == "samples" || metric->better == Better::neither || change.delta.empty())
    return Change::Effect::neither;
  const bool rises = change.delta[0] == '+';
  return rises == (metric->better == Better::higher) ? Change::Effect::better : Change::Effect::worse;
}

bool beyond(const Change& change, const Rule& rule) {
  if (rule.direction == Direction::any) return false;
  if (change.kind == Change::Kind::added) return rule.direction == Direction::same;
  if (change.delta.empty()) return true;
  const bool rises = change.delta[0] == '+';
  if (rule.direction == (rises ? Direction::higher : Direction::lower)) return false;
  const double delta = std::abs(std::strtod(change.delta.c_str(), nullptr));
  return delta > rule.absolute && (!change.percent || std::abs(*change.percent) > rule.percent);
}

std::optional<Change> difference(const std::string& path, const Figure* before, const Figure* after) {
  if (before != nullptr && after != nullptr && *before == *after) return std::nullopt;
  Change change;
  change.path = path;
  change.input = is_input(path);
  if (before != nullptr) change.before = before->text;
  if (after != nullptr) change.after = after->text;
  if (before == nullptr) {
    change.kind = Change::Kind::added;
  } else if (after == nullptr) {
    change.kind = Change::Kind::removed;
  } else if (before->kind == Figure::Kind::number && after->kind == Figure::Kind::number) {
    add_delta(change);
  }
  return change;
}

const Figure* find(const ResultsFile& file, const std::string& path) {
  const auto found = file.figures.find(path);
  return found == file.figures.end() ? nullptr : &found->second;
}

}  // namespace

bool Comparison::stale() const {
  return std::any_of(changes.begin(), changes.end(), [](const Change& c) { return c.path == "config_hash"; });
}

std::size_t Comparison::count(Change::Effect effect) const {
  return static_cast<std::size_t>(
      std::count_if(changes.begin(), changes.end(), [&](const Change& c) { return c.effect == effect; }));
}

std::size_t Comparison::failures() const {
  return static_cast<std::size_t>(
      std::count_if(changes.begin(), changes.end(), [](const Change& c) { return c.fails; }));
}

Comparison compare(const ResultsFile& baseline, const ResultsFile& candidate, const Tolerances& tolerances) {
  Comparison comparison;
  comparison.baseline = baseline.source;
  comparison.candidate = candidate.source;
  std::set<std::string> paths;
  for (const ResultsFile* file : {&baseline, &candidate})
    for (const auto& [path, figure] : file->figures)
      if (!below(path, "host")) paths.insert(path);
  comparison.figures = paths.size();
  comparison.paths.assign(paths.begin(), paths.end());
  for (const std::string& path : paths)
    if (std::optional<Change> change = difference(path, find(baseline, path), find(candidate, path))) {
      if (!change->input) change->effect = effect_of(*change);
      change->fails = beyond(*change, tolerances.of(path));
      comparison.changes.push_back(std::move(*change));
    }
  std::stable_sort(comparison.changes.begin(), comparison.changes.end(),
                   [](const Change& a, const Change& b) { return a.input > b.input; });
  return comparison;
}

}  // namespace takt::results
