// A memory preset with the presets it extends.
//
// `extends = "<preset>"` in a memory preset gives every key of that preset that the file does not give itself; energies
// and currents replace each other as a whole.
#pragma once

#include <string>
#include <vector>

#include "sim/config/layers.h"

namespace takt::config {

struct MemoryPreset {
  Layers layers;                   // keys under the scope, each with the file that gave it
  std::vector<std::string> rails;  // [currents.<rail>], sorted; empty: energies
};

// The preset of that name or path, relative to `folder`; `where` is blamed where it is none. Throws ConfigError.
MemoryPreset open_memory_preset(const std::string& name, const std::string& folder, const Place& where,
                                const std::string& scope);

}  // namespace takt::config
