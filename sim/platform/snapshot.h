// Every counter of the SoC at one moment. A record is the difference of two.
#pragma once

#include <array>
#include <vector>

#include "models/power/energy.h"
#include "sim/platform/run_record.h"
#include "sim/platform/soc.h"

namespace takt::platform {

struct TrafficCounters {
  peripherals::Traffic::Counters common;
  peripherals::Misses misses;
  std::vector<peripherals::Figure> figures;  // of its kind
};

struct Snapshot {
  units::Time at;
  npu::Counters npu;
  npu::Residency residency;
  std::array<units::Time, 2> cores_off;  // without power: the first kind, the small ones
  units::Time hot;                       // a sensor was
  cpu::ControlCpu::Counters control;
  peripherals::Storage::Counters storage;
  units::Time app_busy;
  std::vector<dram::Statistics> memories;
  std::vector<noc::InitiatorStatistics> initiators;
  cache::Statistics cache;  // empty without one
  std::vector<TrafficCounters> traffic;
  std::vector<power::Component> components;
  std::vector<power::Attojoules> owners;        // [context]
  std::vector<std::uint64_t> owner_dram_bytes;  // likewise: at the pins of all memories
};

// What has gone through NoC and memories.
struct Moved {
  std::vector<std::uint64_t> ports;     // bytes granted, by NoC port
  std::vector<std::uint64_t> memories;  // bytes at the pins, in the order of the configuration
};
inline std::uint64_t bytes_of(const noc::InitiatorStatistics& port) { return port.bytes_read + port.bytes_written; }
inline std::uint64_t bytes_of(const dram::Statistics& memory) {
  return memory.total.bytes_read + memory.total.bytes_written;
}

// Settles the blocks first.
Snapshot take_snapshot(Soc& soc, units::Time at, std::size_t contexts);

// The parts of it that every board with an NPU has: NPU, NoC, cache, memories.
void snap_memory_system(Snapshot& to, const npu::Npu& npu, const noc::Noc& noc,
                        const std::vector<std::unique_ptr<dram::Dram>>& memories, const cache::SystemCache* cache);

// Energy and DRAM bytes of the owners below `contexts`. The blocks are settled.
void snap_owners(Snapshot& to, const power::Model& power, const base::Ledger& ledger, std::size_t contexts);

// The parts of the record that counters make: what happened between two snapshots. `noc`: as built.
void record_counters(RunRecord& record, const config::ScenarioConfig& scenario, const noc::Config& noc, bool cached,
                     const Snapshot& from, const Snapshot& to);
void record_counters(RunRecord& record, const config::ScenarioConfig& scenario, const Soc& soc, const Snapshot& from,
                     const Snapshot& to);

}  // namespace takt::platform
