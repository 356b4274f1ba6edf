#include "sim/config/keys.h"

#include "sim/config/offload_presets.h"

namespace takt::config {

std::string path_of(const Section& section, const Field& field) {
  if (section.prefix.empty()) return std::string(field.name);
  return section.prefix + "." + std::string(field.name);
}

bool is_listed(std::string_view path) {
  const std::string_view table = path.substr(0, path.find('.'));
  return table == "stream" || table == "traffic" || table == "fault";
}

std::vector<Section> memory_sections(const std::string& prefix, dram::Config& memory, dram::Currents& currents) {
  std::vector<Section> list = {{prefix, memory_fields(), &memory, Owner::memory}};
  if (currents.rails.empty()) list.push_back({prefix, memory_energy_fields(), &memory, Owner::memory});
  const std::string rails = prefix.empty() ? "currents." : prefix + ".currents.";
  for (dram::Rail& rail : currents.rails)
    list.push_back({rails + rail.name, memory_rail_fields(), &rail, Owner::memory});
  return list;
}

std::vector<Section> sections(SocConfig& soc) {
  std::vector<Section> list = {
      {"npu", npu_placement_fields(), &soc, Owner::soc},
  };
  for (Section& section : npu_sections(soc.npu)) list.push_back(std::move(section));
  for (MemoryConfig& memory : soc.memories) {
    list.push_back({"memory." + memory.name, memory_slot_fields(), &memory, Owner::soc});
    for (Section& section : memory_sections("memory." + memory.name, memory.dram, memory.currents))
      list.push_back(std::move(section));
  }
  list.push_back({"system_cache", system_cache_fields(), &soc.system_cache, Owner::soc});
  for (cache::Port& port : soc.system_cache.ports)
    list.push_back({"system_cache.port." + port.name, cache_port_fields(), &port, Owner::soc});
  list.push_back({"noc", noc_fields(), &soc.noc, Owner::soc});
  for (noc::InitiatorPort& port : soc.noc.initiators)
    list.push_back({"noc.port." + port.name, port_fields(), &port, Owner::soc});
  list.push_back({"compiler", compiler_fields(), &soc.compiler, Owner::soc});
  list.push_back({"control_cpu", control_cpu_fields(), &soc.control_cpu, Owner::soc});
  list.push_back({"control_cpu.cycles", core_cycle_fields(), &soc.control_cpu.cycles, Owner::soc});
  list.push_back({"app_cpu", app_cpu_fields(), &soc.app_cpu, Owner::soc});
  list.push_back({"timer", timer_fields(), &soc.timer, Owner::soc});
  list.push_back({"watchdog", watchdog_fields(), &soc.watchdog, Owner::soc});
  list.push_back({"heat", heat_fields(), &soc.heat, Owner::soc});
  list.push_back({"storage", storage_fields(), &soc.storage, Owner::soc});
  list.push_back({"software", software_fields(), &soc, Owner::software});
  return list;
}

namespace {

// Only where the scenario names a link.
void add_offload(std::vector<Section>& list, ScenarioConfig& scenario) {
  OffloadConfig& offload = scenario.offload;
  if (!offload.enabled) return;
  for (Section& section : link_sections("offload.link", offload.link)) list.push_back(std::move(section));
  for (Section& section : cloud_sections("offload.cloud", offload.cloud, offload.curve))
    list.push_back(std::move(section));
  list.push_back({"offload", offload_fields(), &offload, Owner::scenario});
  if (offload.drains) list.push_back({"offload", offload_battery_fields(), &offload, Owner::scenario});
  for (OffloadPhase& phase : offload.phases) {
    if (phase.name.empty())
      list.push_back({"offload", offload_first_fields(), &phase, Owner::scenario});
    else
      list.push_back({"offload.phase." + phase.name, offload_phase_fields(), &phase, Owner::scenario});
    if (phase.states_charge && !offload.drains)
      list.push_back({"offload.phase." + phase.name, offload_phase_battery_fields(), &phase, Owner::scenario});
  }
}

}  // namespace

std::vector<Section> sections(ScenarioConfig& scenario) {
  std::vector<Section> list = {
      {"", scenario_fields(), &scenario, Owner::scenario},
      {"firmware", firmware_fields(), &scenario.firmware, Owner::scenario},
      {"firmware.band.idle", band_fields(Band::idle), &scenario.firmware.band[0], Owner::scenario},
      {"firmware.band.normal", band_fields(Band::normal), &scenario.firmware.band[1], Owner::scenario},
      {"firmware.band.focus", band_fields(Band::focus), &scenario.firmware.band[2], Owner::scenario},
      {"firmware.band.realtime", band_fields(Band::realtime), &scenario.firmware.band[3], Owner::scenario},
      {"run", run_fields(), &scenario.run, Owner::scenario},
      {"limits", limits_fields(), &scenario.limits, Owner::scenario},
      {"ideal", ideal_fields(), &scenario.ideal, Owner::scenario},
      {"metrics", metrics_fields(), &scenario.metrics, Owner::scenario},
      {"tariff", tariff_fields(), &scenario.tariff, Owner::scenario},
      {"recovery", recovery_fields(), &scenario.recovery, Owner::scenario},
  };
  if (scenario.firmware.metrics)
    list.insert(list.begin() + 2, {"firmware", firmware_metrics_fields(), &scenario.firmware, Owner::scenario});
  add_offload(list, scenario);
  for (StreamConfig& stream : scenario.streams) {
    list.push_back({"stream." + stream.name, stream_fields(), &stream, Owner::scenario});
    if (scenario.offload.enabled)
      list.push_back({"stream." + stream.name, stream_offload_fields(), &stream.offload, Owner::scenario});
    if (stream.draft.enabled)
      list.push_back({"stream." + stream.name + ".draft", draft_fields(), &stream.draft, Owner::scenario});
    if (stream.experts.enabled)
      list.push_back({"stream." + stream.name + ".experts", experts_fields(), &stream.experts, Owner::scenario});
  }
  for (TrafficSource& source : scenario.traffic) {
    const std::string prefix = "traffic." + source.traffic.name;
    list.push_back({prefix, traffic_fields(), &source, Owner::scenario});
    for (const Fields& fields : traffic_kind_fields(source.traffic.kind))
      list.push_back({prefix, fields, &source, Owner::scenario});
  }
  for (FaultConfig& fault : scenario.faults)
    list.push_back({"fault." + fault.name, fault_fields(), &fault, Owner::scenario});
  for (Section& section : sections(scenario.soc)) list.push_back(std::move(section));
  return list;
}

}  // namespace takt::config
