// How much a figure may differ before a comparison fails: rules by path, the last that matches wins.
#pragma once

#include <string>
#include <vector>

#include "sim/results/metric_table.h"

namespace takt::results {

enum class Direction : char {
  table,   // as the metric table has it; `same` where that has none
  same,    // neither way
  lower,   // a lower figure never fails
  higher,  // a higher one never does
  any,     // nothing fails; differences are shown
};

struct Rule {
  std::string match = "*";  // a figure's path; `*` stands for any text
  Direction direction = Direction::table;
  double percent = 0;   // of the baseline's figure
  double absolute = 0;  // in the figure's unit; what is within either is tolerated
};

struct Tolerances {
  // Without rules: exact.
  std::vector<Rule> rules;

  Rule of(const std::string& path) const;
};

}  // namespace takt::results
