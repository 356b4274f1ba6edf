// Links and clouds: what stands in models/presets/link and models/presets/cloud, for device or cloud (sim/offload).
#pragma once

#include <string>
#include <vector>

#include "sim/config/keys.h"
#include "sim/config/layers.h"
#include "sim/config/load.h"
#include "sim/offload/cloud.h"
#include "sim/offload/link.h"

namespace takt::config {

// A name of list_links(), or a .toml file. `overrides` name its keys ("round_trip_ms=35"). Throws ConfigError.
offload::Link load_link(const std::string& name_or_path, const Overrides& overrides = {});

// A name of list_clouds(), or a .toml file; its curve by rising load. Throws ConfigError, also for two points of one
// load.
offload::Cloud load_cloud(const std::string& name_or_path, const Overrides& overrides = {});

// Their sections, as parts of a file or below a prefix of a scenario. `curve`: names of the cloud's points, whose
// places it makes. They point into the arguments.
std::vector<Section> link_sections(const std::string& prefix, offload::Link& link);
std::vector<Section> cloud_sections(const std::string& prefix, offload::Cloud& cloud,
                                    const std::vector<std::string>& curve);
// What no single key shows. Throw ConfigError.
void check_link(const offload::Link& link, const Layers& layers, const std::string& prefix);
void check_cloud(const offload::Cloud& cloud, const std::vector<std::string>& curve, const Layers& layers,
                 const std::string& prefix);
void sort_curve(offload::Cloud& cloud);  // by load

std::vector<PresetName> list_links();
std::vector<PresetName> list_clouds();

}  // namespace takt::config
