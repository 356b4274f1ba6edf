#include "sim/config/memory_preset.h"

#include <algorithm>

#include "sim/config/preset_chain.h"

namespace takt::config {
namespace {

const Member* member(const Node& table, const std::string& key) {
  const auto at =
      std::find_if(table.members.begin(), table.members.end(), [&](const Member& m) { return m.key == key; });
  return at == table.members.end() ? nullptr : &*at;
}

// The first key of [energy] that currents would tell too, or null.
const Member* given_energy(const Node& document) {
  const Node* energy = document.find("energy");
  if (energy == nullptr) return nullptr;
  for (const Field& field : memory_energy_fields()) {
    const std::string name(field.name.substr(std::string_view("energy.").size()));
    if (const Member* m = member(*energy, name)) return m;
  }
  return nullptr;
}

void refuse_both(const Node& document) {
  const Member* energy = given_energy(document);
  const Member* currents = member(document, "currents");
  if (energy == nullptr || currents == nullptr) return;
  throw ConfigError(energy->place, "'energy." + energy->key + "' beside [currents]",
                    "energies or currents: one follows from the other");
}

// Energies replace inherited currents, and the other way round.
void make_room(Layers& layers, const Node& document, const std::string& prefix) {
  if (given_energy(document) != nullptr) layers.erase(prefix + "currents");
  if (document.find("currents") == nullptr) return;
  for (const Field& field : memory_energy_fields()) layers.erase(prefix + std::string(field.name));
}

}  // namespace

MemoryPreset open_memory_preset(const std::string& name, const std::string& folder, const Place& where,
                                const std::string& scope) {
  const std::vector<Node> chain = open_chain(FileKind::memory, name, folder, where);
  for (const Node& document : chain) refuse_both(document);
  if (is_family(chain.front())) {
    throw ConfigError(where, "'" + name + "', a family of memory presets", "one of takt list memories");
  }
  const std::string prefix = scope.empty() ? "" : scope + ".";
  MemoryPreset preset;
  for (auto document = chain.rbegin(); document != chain.rend(); ++document) {
    make_room(preset.layers, *document, prefix);
    preset.layers.add_preset(*document, Owner::memory, scope);
  }
  preset.rails = preset.layers.names(prefix + "currents");
  return preset;
}

}  // namespace takt::config
