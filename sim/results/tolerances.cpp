#include "sim/results/tolerances.h"

namespace takt::results {

Rule Tolerances::of(const std::string& path) const {
  Rule found{"*", Direction::same, 0, 0};
  for (const Rule& rule : rules)
    if (matches(rule.match, path)) found = rule;
  if (found.direction != Direction::table) return found;
  std::string member;
  const Metric* metric = metric_of(path, &member);
  const Better better = metric == nullptr || member == "samples" ? Better::neither : metric->better;
  found.direction = better == Better::lower    ? Direction::lower
                    : better == Better::higher ? Direction::higher
                                               : Direction::same;
  return found;
}

}  // namespace takt::results
