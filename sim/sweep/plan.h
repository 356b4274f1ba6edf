// SWEEP.toml: which configurations of one scenario to run.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/config/load.h"
#include "sim/results/metric_table.h"

namespace takt::sweep {

// Key path and value as TOML.
using Assignment = std::pair<std::string, std::string>;

struct Point {
  // 16 hexadecimal digits: FNV-1a of takt's version and the resolved configuration, or, where that is refused, of the
  // assignments. Equal ids: the same run.
  std::string id;
  std::string label;               // "npu.clock_hz=1000000000 ..."; of corners "npu.clock_hz high"
  std::vector<Assignment> params;  // over the scenario
};

struct Objective {
  std::string path;  // of a figure in results.json
  results::Better better = results::Better::lower;
};

struct Sweep {
  std::string scenario;  // a name of takt, or an absolute path
  std::vector<Objective> objectives;
  // The keys that vary, in the order of the file; those that are linked together.
  std::vector<std::vector<std::string>> axes;
  bool corners = false;       // the design
  std::vector<Point> points;  // each id once, in the order of the design
  std::size_t excluded = 0;   // points of the design that an [[exclude]] left out
};

// `file` names the text in messages; a scenario that is a file is looked for beside it. Throws config::ConfigError.
Sweep parse_sweep(std::string_view text, const std::string& file);
Sweep load_sweep(const std::string& file);

// The scenario as it is, each number marked estimated alone times 1 -+ bound_permille / 1000, all of them low, all
// high.
struct Corner {
  std::string label;
  std::vector<Assignment> params;
};
std::vector<Corner> corners_of(const config::Scenario& scenario, unsigned bound_permille);

// A number as TOML times permille / 1000: integers rounded to the nearest, decimals exact.
std::string scaled(const std::string& number, unsigned permille);

// Points shard, shard + shards, ... of `points`; 0 <= shard < shards. Shards are disjoint and together complete.
std::vector<Point> shard_of(const std::vector<Point>& points, unsigned shard, unsigned shards);

}  // namespace takt::sweep
