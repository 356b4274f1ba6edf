// [[axis]]: keys that vary together, and the values that they take.
#pragma once

#include <string>
#include <vector>

#include "sim/config/document.h"

namespace takt::sweep {

struct Axis {
  std::vector<const config::Node*> keys;         // strings of the document; one, or those linked
  std::vector<std::vector<std::string>> values;  // as TOML; in each one for each key
};

// `key` with `values` or `from`, `to`, `steps`, `spacing`; or `keys` with `values`, an array for each step. Whether the
// keys exist is left to the caller. Throws ConfigError.
Axis axis_of(const config::Node& table);

// `steps` integers (2 or more) from `from` to `to` (1 or more both), each the exact geometric one rounded to the
// nearest.
std::vector<std::string> logarithmic(std::int64_t from, std::int64_t to, std::int64_t steps);

}  // namespace takt::sweep
