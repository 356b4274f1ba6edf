// The key tables: every key of presets and scenarios.
#pragma once

#include <string>
#include <vector>

#include "sim/config/field.h"
#include "sim/config/scenario_config.h"

namespace takt::config {

Fields npu_placement_fields();          // of SocConfig
Fields memory_fields();                 // of dram::Config: what every memory preset gives
Fields memory_energy_fields();          // of dram::Config: the energies, where no currents are given
Fields memory_rail_fields();            // of dram::Rail: one rail of the currents
Fields memory_slot_fields();            // of MemoryConfig: what the SoC preset adds
Fields noc_fields();                    // of noc::Config
Fields port_fields();                   // of noc::InitiatorPort
Fields system_cache_fields();           // of cache::Config
Fields compiler_fields();               // of CompilerConfig
Fields cache_port_fields();             // of cache::Port
Fields control_cpu_fields();            // of cpu::ControlConfig
Fields core_cycle_fields();             // of rv32::CycleTable
Fields app_cpu_fields();                // of cpu::AppConfig
Fields timer_fields();                  // of peripherals::TimerConfig
Fields watchdog_fields();               // of WatchdogConfig
Fields heat_fields();                   // of HeatConfig
Fields storage_fields();                // of StorageConfig
Fields software_fields();               // of SocConfig: what a software preset gives
Fields scenario_fields();               // of ScenarioConfig
Fields firmware_fields();               // of FirmwareConfig
Fields firmware_metrics_fields();       // of FirmwareConfig, where a period is given
Fields band_fields(Band band);          // of BandConfig
Fields run_fields();                    // of RunConfig
Fields limits_fields();                 // of LimitsConfig
Fields ideal_fields();                  // of IdealConfig
Fields metrics_fields();                // of MetricsConfig
Fields tariff_fields();                 // of TariffConfig
Fields fault_fields();                  // of FaultConfig
Fields recovery_fields();               // of RecoveryConfig
Fields stream_fields();                 // of StreamConfig
Fields draft_fields();                  // of DraftConfig
Fields experts_fields();                // of ExpertsConfig
Fields offload_fields();                // of OffloadConfig
Fields offload_first_fields();          // of OffloadPhase: the first one
Fields offload_phase_fields();          // of OffloadPhase: the others
Fields offload_battery_fields();        // of OffloadConfig, where there is a battery
Fields offload_phase_battery_fields();  // of OffloadPhase, where it states a charge and there is no battery
Fields stream_offload_fields();         // of StreamOffloadConfig
Fields traffic_fields();                // of TrafficSource: what every kind has
// What one kind has beside that, of TrafficSource; all kinds' where there is none of that name.
std::vector<Fields> traffic_kind_fields(const std::string& kind);

// Which kind of file must give a section's keys.
enum class Owner { scenario, soc, memory, software };

// One table and the struct it fills. A path is prefix + "." + field name, or the name alone for an empty prefix.
struct Section {
  std::string prefix;
  Fields fields;
  void* object;
  Owner owner;
};

std::string path_of(const Section& section, const Field& field);

// Whether a path begins with a table that stands as an array of tables, whose order counts: stream, traffic, fault.
bool is_listed(std::string_view path);

// Of the NPU itself, its operating points included. They point into the argument; where it has small cores, theirs are
// there. npu_keys.cpp
std::vector<Section> npu_sections(npu::Config& npu);

// The sections of a memory preset. They point into the arguments.
std::vector<Section> memory_sections(const std::string& prefix, dram::Config& memory, dram::Currents& currents);

// All sections of a configuration whose memories, ports, streams, traffic and faults are listed (with their names;
// traffic with its kind), in the order of resolved.toml. They point into the argument.
std::vector<Section> sections(SocConfig& soc);
std::vector<Section> sections(ScenarioConfig& scenario);

}  // namespace takt::config
