// The exact difference of two results: simulation is deterministic, so any difference is a change, however small. What
// the host measured (`host`) is left out. Whether a difference fails is for the tolerances to say.
#pragma once

#include <ctime>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/results/results_file.h"
#include "sim/results/tolerances.h"
#include "sim/results/where.h"

namespace takt::results {

struct Change {
  enum class Kind : char { changed, added, removed };
  enum class Effect : char { neither, better, worse };  // by the metric table; `neither`: it says nothing
  std::string path;
  Kind kind = Kind::changed;
  bool input = false;             // says what was run, not what came out
  std::string before, after;      // empty where it is not there
  std::string delta;              // candidate - baseline, signed and exact; empty unless both are numbers
  std::optional<double> percent;  // of the baseline; nullopt without a delta, or of zero
  Effect effect = Effect::neither;
  bool fails = true;  // beyond its tolerance, in a direction that counts
};

struct Comparison {
  std::string baseline, candidate;  // sources
  std::size_t figures = 0;          // compared, host excluded
  std::vector<std::string> paths;   // of them
  std::vector<Change> changes;      // inputs first, then by path
  Where where;                      // nothing in it where there are no changes

  bool identical() const { return changes.empty(); }
  // The two were run from different configurations.
  bool stale() const;
  std::size_t count(Change::Effect effect) const;
  std::size_t failures() const;  // inputs included
  // 0: nothing fails, 1.
  int exit_code() const { return failures() == 0 ? 0 : 1; }
};

Comparison compare(const ResultsFile& baseline, const ResultsFile& candidate, const Tolerances& tolerances = {});

// As a table for a terminal.
std::string comparison_text(const Comparison& comparison);

// As JSON, "schema": "takt-comparison/1".
std::string comparison_json(const Comparison& comparison);

// For a comment on a change: verdict, the figures that fail or moved most, where, and all in a fold.
std::string comparison_markdown(const Comparison& comparison);

// As JUnit's XML: a test suite for each part of the results, a test case for each figure; those that fail say how.
// `when` stands as UTC in every suite.
std::string comparison_junit(const Comparison& comparison, std::time_t when);

const char* name_of(Change::Kind kind);
const char* name_of(Change::Effect effect);  // "" for neither

}  // namespace takt::results
