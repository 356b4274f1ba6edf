#include "sim/replay/provenance.h"

#include "sim/config/bind.h"
#include "sim/replay/text.h"

namespace takt::replay {
namespace {

// A preset's figures carry a mark and a source; so do those that replace them.
config::Scenario marked(config::Scenario scenario, const std::string& preset) {
  for (config::ResolvedKey& key : scenario.keys) {
    if (!key.mark.empty()) continue;
    key.mark = "derived";
    key.source = "given on the command line, instead of " + preset + "'s";
  }
  return scenario;
}

}  // namespace

Provenance provenance_of(const std::string& preset, const config::Memory& memory,
                         const std::vector<std::pair<std::string, std::string>>& options) {
  config::Scenario scenario;
  scenario.keys = memory.keys;
  Provenance provenance;
  provenance.preset = preset;
  provenance.resolved_toml = "description = " + config::quote_toml("the memory of a result, resolved from " + preset) +
                             "\n" + config::resolved_toml(marked(scenario, preset));
  for (const config::ResolvedKey& key : config::estimates(scenario)) provenance.estimates.push_back(key.path);
  for (const auto& [name, value] : options) {
    config::ResolvedKey key;
    key.path = "command." + name;
    key.value = value;
    scenario.keys.push_back(key);
  }
  provenance.config_hash = hexadecimal(config::config_hash(scenario));
  return provenance;
}

}  // namespace takt::replay
