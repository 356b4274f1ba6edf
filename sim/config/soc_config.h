// One SoC, ready to build: the structs each block owns, filled from a SoC preset, its memory and software presets, the
// scenario's own figures and --set.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/cache/config.h"
#include "models/cpu/config.h"
#include "models/dram/config.h"
#include "models/noc/config.h"
#include "models/npu/config.h"
#include "models/peripherals/config.h"
#include "models/power/config.h"

namespace takt::config {

// One memory of the SoC: dram.capacity_bytes from `base`. Ranges of one SoC do not overlap.
struct MemoryConfig {
  std::string name;                        // within the SoC: "llw", "lpddr5x"
  std::uint64_t base = 0;                  // bytes; a multiple of channels * interleave
  bool cached = false;                     // behind the system cache; at most one memory is
  std::uint32_t port_bytes_per_cycle = 0;  // of its NoC target port, each direction, NoC clock
  dram::Config dram;                       // dram.name is the memory preset's name
  dram::Currents currents;                 // what dram.energy was computed from; empty: given as energies
};

// What a deployed software stack (RPC, runtime) adds to a request beyond the driver and firmware takt simulates. Its
// per-operator part stands in npu.regular_overhead_cycles and npu.irregular_overhead_cycles.
struct SoftwareConfig {
  std::string preset;             // "none": takt's own driver and firmware only
  std::uint64_t submit_ns = 0;    // request issued to driver entered
  std::uint64_t complete_ns = 0;  // driver done to the caller resumed
};

// How networks are compiled for the NPU, as far as it is a choice.
struct CompilerConfig {
  std::uint32_t prefetch_cuts = 0;    // constants are loaded at most so many preemption points ahead of their layer
  std::uint64_t cut_distance_us = 0;  // preemption points are at least so far apart, estimated; 0: every layer boundary
  std::uint32_t cores = 0;            // of the NPU's that a program runs on; 0: as many as are estimated to be fastest
  std::uint32_t memory_permille = 0;  // of the peak of the NPU's memory: what it is expected to get while it is alone
};

struct WatchdogConfig {
  std::uint64_t timeout_us = 0;       // hardware watchdog of the control processor; 0: off
  std::uint64_t boot_timeout_us = 0;  // reset to BOOT_STATUS = READY
};

// A node of the thermal network and its one path onwards.
struct HeatNode {
  std::uint32_t millikelvin_per_watt = 0;
  std::uint32_t microjoules_per_kelvin = 0;
};

// NPU, DRAM and the rest of the chip stand on the package, that on the board, that inside the skin, that in the air.
struct HeatConfig {
  std::uint32_t ambient_c = 0;
  std::uint32_t step_us = 0;
  HeatNode npu, soc, dram, package, board, skin;
  power::LeakageModel leakage;
  peripherals::SensorConfig npu_sensor, skin_sensor;
};

// NoC ports that takt's own initiators take; the others are for background traffic and modules.
constexpr const char* own_ports[] = {"npu", "control_cpu", "app_cpu"};
constexpr const char* storage_port = "storage";  // likewise, in scenarios that read from storage

struct SocConfig {
  std::string name;                     // SoC preset
  std::vector<MemoryConfig> memories;   // by ascending base
  std::string npu_memory;               // name of the memory that holds the NPU's buffers
  std::string npu_overflow_memory;      // of the memory that holds the weights beyond npu_weights_bytes; empty: none do
  std::uint64_t npu_weights_bytes = 0;  // that npu_memory holds
  peripherals::StorageConfig storage;
  noc::Config noc;             // initiators by name; targets = memories, in the same order
  cache::Config system_cache;  // before the one memory with `cached`; disabled where none is. Ports as noc's
  npu::Config npu;
  CompilerConfig compiler;
  cpu::ControlConfig control_cpu;
  cpu::AppConfig app_cpu;
  peripherals::TimerConfig timer;
  WatchdogConfig watchdog;
  HeatConfig heat;
  SoftwareConfig software;
};

// The memory of that name, or null.
const MemoryConfig* find_memory(const SocConfig& soc, const std::string& name);

// The NoC initiator port of that name, or null. Every SoC has "npu", "control_cpu" and "app_cpu".
const noc::InitiatorPort* find_port(const SocConfig& soc, const std::string& name);

// What it may take of the system cache. Precondition: there is a port of that name.
const cache::Port& cache_port(const SocConfig& soc, const std::string& name);

}  // namespace takt::config
