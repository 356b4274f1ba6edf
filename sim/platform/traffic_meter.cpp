#include "sim/platform/traffic_meter.h"

namespace takt::platform {
namespace {

std::uint64_t bytes_of(const noc::InitiatorStatistics& port) { return port.bytes_read + port.bytes_written; }
std::uint64_t bytes_of(const dram::Statistics& memory) { return memory.total.bytes_read + memory.total.bytes_written; }

}  // namespace

Moved TrafficMeter::look() const {
  Moved moved;
  if (steps_ == nullptr) {
    for (std::size_t i = 0; i < soc_.noc.initiators.size(); ++i)
      moved.ports.push_back(bytes_of(soc_.noc.statistics(static_cast<base::InitiatorId>(i))));
    for (const auto& memory : soc_.memories) moved.memories.push_back(bytes_of(memory->statistics()));
    return moved;
  }
  Snapshot corrected;
  snap_memory_system(corrected, soc_.npu, soc_.noc, soc_.memories, soc_.system_cache.get());
  steps_->correct(corrected);
  for (const noc::InitiatorStatistics& port : corrected.initiators) moved.ports.push_back(bytes_of(port));
  for (const dram::Statistics& memory : corrected.memories) moved.memories.push_back(bytes_of(memory));
  return moved;
}

}  // namespace takt::platform
