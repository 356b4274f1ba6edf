// Links and clouds: what stands in models/presets/link and models/presets/cloud, for device or cloud (sim/offload).
#pragma once

#include <string>
#include <vector>

#include "sim/config/load.h"
#include "sim/offload/cloud.h"
#include "sim/offload/link.h"

namespace takt::config {

// A name of list_links(), or a .toml file. `overrides` name its keys ("round_trip_ms=35"). Throws ConfigError.
offload::Link load_link(const std::string& name_or_path, const Overrides& overrides = {});

// A name of list_clouds(), or a .toml file; its curve by rising load. Throws ConfigError, also for two points of one
// load.
offload::Cloud load_cloud(const std::string& name_or_path, const Overrides& overrides = {});

std::vector<PresetName> list_links();
std::vector<PresetName> list_clouds();

}  // namespace takt::config
