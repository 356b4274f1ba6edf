// The exact difference of two results: simulation is deterministic, so any difference is a change, however small. What
// the host measured (`host`) is left out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/results/results_file.h"

namespace takt::results {

struct Change {
  enum class Kind : char { changed, added, removed };
  std::string path;
  Kind kind = Kind::changed;
  bool input = false;             // says what was run, not what came out
  std::string before, after;      // empty where it is not there
  std::string delta;              // candidate - baseline, signed and exact; empty unless both are numbers
  std::optional<double> percent;  // of the baseline; nullopt without a delta, or of zero
};

struct Comparison {
  std::string baseline, candidate;  // sources
  std::size_t figures = 0;          // compared, host excluded
  std::vector<Change> changes;      // inputs first, then by path

  bool identical() const { return changes.empty(); }
  // 0 identical, 1 different.
  int exit_code() const { return identical() ? 0 : 1; }
};

Comparison compare(const ResultsFile& baseline, const ResultsFile& candidate);

// As a table for a terminal.
std::string comparison_text(const Comparison& comparison);

// As JSON, "schema": "takt-comparison/1".
std::string comparison_json(const Comparison& comparison);

}  // namespace takt::results
