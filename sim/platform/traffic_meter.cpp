#include "sim/platform/traffic_meter.h"

namespace takt::platform {

Moved TrafficMeter::look() const {
  Moved moved;
  for (std::size_t i = 0; i < soc_.noc.initiators.size(); ++i)
    moved.ports.push_back(bytes_of(soc_.noc.statistics(static_cast<base::InitiatorId>(i))));
  for (const auto& memory : soc_.memories) moved.memories.push_back(bytes_of(memory->statistics()));
  if (steps_ != nullptr) steps_->correct(moved);
  return moved;
}

}  // namespace takt::platform
