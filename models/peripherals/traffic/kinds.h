// The generators by their name in the configuration.
#pragma once

#include <memory>

#include "models/peripherals/traffic/playback_source.h"

namespace takt::peripherals {

// `feed` is what kind "trace" plays; null for the others. Throws std::invalid_argument for a kind that does not exist.
std::unique_ptr<Generator> make_generator(const TrafficConfig& config, std::unique_ptr<PlaybackFeed> feed = nullptr);

}  // namespace takt::peripherals
