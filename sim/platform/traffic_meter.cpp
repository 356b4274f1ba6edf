#include "sim/platform/traffic_meter.h"

namespace takt::platform {

Moved TrafficMeter::look() const {
  Moved moved;
  look(moved);
  return moved;
}

void TrafficMeter::look(Moved& moved) const {
  moved.ports.clear();
  moved.memories.clear();
  for (std::size_t i = 0; i < soc_.noc.initiators.size(); ++i)
    moved.ports.push_back(bytes_of(soc_.noc.statistics(static_cast<base::InitiatorId>(i))));
  for (const auto& memory : soc_.memories) moved.memories.push_back(bytes_of(memory->statistics()));
  if (steps_ != nullptr) steps_->correct(moved);
}

std::uint64_t TrafficMeter::memory_bytes() const {
  std::uint64_t sum = steps_ != nullptr ? steps_->memory_bytes() : 0;
  for (const auto& memory : soc_.memories) sum += bytes_of(memory->statistics());
  return sum;
}

}  // namespace takt::platform
