// What the points of a sweep gave: a pure function of OUT/points and the plan.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "sim/sweep/plan.h"

namespace takt::sweep {

enum class State : char { missing, done, failed };

struct Result {
  Point point;
  State state = State::missing;
  int exit_code = 0;                           // of a failed one
  std::string error;                           // of a failed one: its last line
  std::map<std::string, std::string> metrics;  // every number of results.json but the host's, as written
  bool front = false;                          // on the Pareto front of the objectives
};

// One for each point of the plan, in its order. Throws results::ResultsFileError.
std::vector<Result> collect(const Sweep& sweep, const std::filesystem::path& folder);

// Which rows no other row dominates: is nowhere worse and somewhere better. Lower is better throughout.
std::vector<bool> pareto_front(const std::vector<std::vector<double>>& rows);

// How far an objective moves with one axis alone: over the axis's values, the least and the greatest mean. For
// corners: the objective at the figure's low and high bound. Of linked keys, names and values are joined by ", ".
struct Sensitivity {
  std::string axis, objective;
  std::string low_at, high_at;  // the values where it is least and greatest
  double low = 0, high = 0;
  double swing = 0;  // (high - low) / low; 0 where low is 0
};

// Sorted by objective as in the plan, then by swing, the greatest first.
std::vector<Sensitivity> sensitivities(const Sweep& sweep, const std::vector<Result>& results);

// Tables points, params and metrics, with PRAGMA user_version = 1. The file is replaced as a whole; the same results
// give the same bytes. Throws results::OutputError.
void write_database(const std::vector<Result>& results, const std::filesystem::path& file);
constexpr int database_version = 1;

// For terminals: the points with their objectives, `*` on the Pareto front, then the sensitivities.
std::string table(const Sweep& sweep, const std::vector<Result>& results);
// A line for each point: id, label, state, front, objectives.
std::string csv(const Sweep& sweep, const std::vector<Result>& results);
std::string json(const Sweep& sweep, const std::vector<Result>& results);

}  // namespace takt::sweep
