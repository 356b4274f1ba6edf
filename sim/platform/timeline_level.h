// How much of a run its timeline holds. Each level has all of those before it.
#pragma once

#include <cstdint>

namespace takt::platform {

enum class TimelineLevel : std::uint8_t {
  jobs,      // requests, jobs, hand-overs, processors, counters
  layers,    // what each engine works on, layer by layer, and what it waits for in between
  commands,  // inside the layers each command and each wait
};

}  // namespace takt::platform
