#include "sim/config/catalogue.h"

#include <algorithm>

#include "sim/config/bind.h"

namespace takt::config {
namespace {

constexpr const char* any = "<name>";

// Keys that choose a preset: reading a configuration begins with them, and no table has them.
constexpr Field selector(std::string_view name, std::string_view what, const char* fallback = nullptr) {
  Field field;
  field.name = name;
  field.type = FieldType::text;
  field.fallback = fallback;
  field.what = what;
  return field;
}

constexpr Field soc = selector("soc", "a name of takt list socs, or a .toml file");
constexpr Field memory = selector("preset", "a name of takt list memories, or a .toml file");
constexpr Field software = selector("preset", "a name of takt list software, or a .toml file", "none");
constexpr Field link = selector("link.preset", "a name of takt list links, or a .toml file: the radio");
constexpr Field cloud = selector("cloud.preset", "a name of takt list clouds, or a .toml file: the far end");

template <class List>
void add_instance(List& list) {
  list.emplace_back();
  list.back().name = any;
}

// One of everything that files name; a source of traffic of no kind has the keys of all.
ScenarioConfig one_of_each() {
  ScenarioConfig config;
  config.firmware.metrics = true;
  add_instance(config.streams);
  config.streams.back().draft.enabled = config.streams.back().experts.enabled = true;
  config.traffic.emplace_back();
  config.traffic.back().traffic.name = any;
  add_instance(config.faults);
  add_instance(config.soc.memories);
  add_instance(config.soc.memories.back().currents.rails);
  add_instance(config.soc.noc.initiators);
  add_instance(config.soc.system_cache.ports);
  add_instance(config.soc.npu.power.points);
  config.soc.npu.small_cores = 1;
  config.offload.enabled = config.offload.drains = true;
  config.offload.curve = {any};
  config.offload.phases.resize(2);
  config.offload.phases[1].name = any;
  return config;
}

// The kinds of traffic that have these keys and no other: the one that gives just them.
std::string kind_with(const Fields& fields) {
  const auto& common = traffic_fields();
  const Field* kind = std::find_if(common.begin(), common.end(), [](const Field& f) { return f.name == "kind"; });
  for (const std::string& name : choices_of(*kind))
    if (const std::vector<Fields> own = traffic_kind_fields(name); own.size() == 1 && own[0].rows == fields.rows)
      return name;
  return {};
}

// "1 000 000"; four digits stand together.
std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  if (text.size() > 4)
    for (std::size_t end = text.size() - 3; end > 0; end = end > 3 ? end - 3 : 0) text.insert(end, " ");
  return text;
}

}  // namespace

std::string path_of(const CatalogueKey& key) {
  return key.table.empty() ? std::string(key.field.name) : key.table + "." + std::string(key.field.name);
}

std::vector<CatalogueKey> catalogue() {
  ScenarioConfig config = one_of_each();
  std::vector<CatalogueKey> list = {{"", "", soc, Owner::scenario}};
  const std::string of_memory = std::string("memory.") + any;
  bool memory_chosen = false, link_chosen = false;
  for (const Section& section : sections(config)) {
    if (section.prefix == of_memory && !memory_chosen) {
      list.push_back({of_memory, "", memory, Owner::soc});
      memory_chosen = true;
    }
    if (section.prefix == "offload.link" && !link_chosen) {
      list.push_back({"offload", "", link, Owner::scenario});
      list.push_back({"offload", "", cloud, Owner::scenario});
      link_chosen = true;
    }
    if (section.prefix == "software") list.push_back({"software", "", software, Owner::scenario});
    const bool may_be_absent = section.prefix == "npu.small" || section.fields.rows == offload_battery_fields().rows ||
                               section.fields.rows == firmware_metrics_fields().rows;
    for (const Field& field : section.fields)
      list.push_back({section.prefix, kind_with(section.fields), field, section.owner, may_be_absent});
  }
  // A memory has its energies or the currents they follow from: one with rails lists no energies.
  const auto rails = std::find_if(list.begin(), list.end(), [&](const CatalogueKey& key) {
    return key.table.rfind(of_memory + ".currents", 0) == 0;
  });
  std::vector<CatalogueKey> energies;
  for (const Field& field : memory_energy_fields()) energies.push_back({of_memory, "", field, Owner::memory});
  list.insert(rails, energies.begin(), energies.end());
  // Where a battery drains, phases state no charge.
  const std::string of_phase = std::string("offload.phase.") + any;
  const auto phase =
      std::find_if(list.begin(), list.end(), [&](const CatalogueKey& key) { return key.table == of_phase; });
  std::vector<CatalogueKey> charge;
  for (const Field& field : offload_phase_battery_fields())
    charge.push_back({of_phase, "", field, Owner::scenario, true});
  list.insert(phase + 1, charge.begin(), charge.end());
  return list;
}

std::string values_of(const Field& field) {
  if (field.type == FieldType::boolean) return "true, false";
  if (field.type == FieldType::number)
    return grouped(field.range.least) + " .. " + grouped(field.range.most) + (field.unit == one ? "" : ", decimals");
  std::string text;
  for (const std::string& choice : choices_of(field)) text += (text.empty() ? "" : ", ") + choice;
  return text.empty() ? "text" : text;
}

std::string default_of(const CatalogueKey& key) {
  if (key.field.fallback != nullptr) {
    if (*key.field.fallback == '\0') return "empty";
    return key.field.fallback + (key.field.mark.empty() ? "" : " " + std::string(key.field.mark.substr(0, 1)));
  }
  if (key.may_be_absent) return "none";
  return key.owner == Owner::scenario ? "required" : "of the preset";
}

}  // namespace takt::config
