// A preset and the presets it extends.
//
// `extends = "<preset>"` (a name or a file) at the top of a preset gives every key of that preset which the file does
// not give itself. `family = true` marks a preset of a SoC or a memory that is only there to be extended: it need not
// be complete, is not listed and cannot be chosen.
#pragma once

#include <string>
#include <vector>

#include "sim/config/document.h"
#include "sim/config/preset_files.h"

namespace takt::config {

// The preset of that name or path, relative to `folder`, then what it extends, and so on. `where` is blamed where it is
// none. Throws ConfigError, also for presets that extend each other in a circle.
std::vector<Node> open_chain(FileKind kind, const std::string& name, const std::string& folder, const Place& where);

// Whether a preset's document is a family's.
bool is_family(const Node& document);

}  // namespace takt::config
