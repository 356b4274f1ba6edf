// Where a result of a memory alone comes from: preset, overrides, options.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/config/load.h"

namespace takt::replay {

struct Provenance {
  std::string preset;                  // as given
  std::string config_hash;             // over every key and option that can change what is simulated
  std::string resolved_toml;           // the memory as a preset: reading it again gives the same memory
  std::vector<std::string> estimates;  // paths of the keys whose figures are estimated or recalled
};

// `options` are those of the command that can change what is simulated, by name.
Provenance provenance_of(const std::string& preset, const config::Memory& memory,
                         const std::vector<std::pair<std::string, std::string>>& options);

}  // namespace takt::replay
