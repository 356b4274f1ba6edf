// The nearest valid name, for messages.
#pragma once

#include <string>
#include <vector>

namespace takt::config {

// The candidate nearest to `name`: the same name with another unit first, then the smallest edit distance (at most a
// third of the name, or 2), then one that begins with it. Empty where none is near.
std::string nearest(const std::string& name, const std::vector<std::string>& candidates);

// Whether both are one quantity in different units: "period_ms" and "period_us".
bool same_but_unit(const std::string& a, const std::string& b);

}  // namespace takt::config
