#include "sim/config/load.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "models/base/embedded_file.h"
#include "models/dram/energy_from_currents.h"
#include "sim/config/bind.h"
#include "sim/config/check.h"
#include "sim/config/document.h"
#include "sim/config/layers.h"
#include "sim/config/memory_preset.h"
#include "sim/config/offload_presets.h"
#include "sim/config/preset_chain.h"
#include "sim/config/preset_files.h"

namespace takt::config {
namespace {

// What a configuration is put together from, lowest first: memory and software presets, the SoC preset, the scenario,
// --set. The upper two choose the presets.
struct Stack {
  Layers upper;        // scenario, then --set
  std::string folder;  // of the scenario
  Layers all;
  std::vector<Selector> selectors;
  std::vector<std::string> ports;  // of the SoC preset, as are the next
  std::vector<std::string> points;
  std::map<std::string, std::vector<std::string>> rails;  // of each memory that gives currents
};

Layers overrides_layer(const Overrides& overrides) {
  Layers layers;
  for (const std::string& assignment : overrides) layers.add_override(assignment);
  return layers;
}

// The text a selector has in the topmost layer that has it.
const Leaf* selected(const Stack& stack, const Layers& soc, const std::string& path) {
  const Leaf* leaf = stack.upper.find(path);
  return leaf != nullptr ? leaf : soc.find(path);
}

// Relative preset paths start at the folder of the file that names them; --set at the working folder.
std::string folder_for(const Leaf& leaf) { return leaf.raw ? std::string() : folder_of(leaf.place.file); }

void add_memories(Stack& stack, const Layers& soc) {
  for (const std::string& name : soc.names("memory")) {
    const std::string path = "memory." + name + ".preset";
    const Leaf* leaf = selected(stack, soc, path);
    if (leaf == nullptr) {
      throw ConfigError(soc.missing_place(Owner::soc, "memory." + name), "no key '" + path + "'", "a memory preset");
    }
    const MemoryPreset preset =
        open_memory_preset(string_of(*leaf, path), folder_for(*leaf), leaf->place, "memory." + name);
    stack.all.add(preset.layers);
    stack.rails[name] = preset.rails;
    stack.selectors.push_back({path, string_of(*leaf, path), leaf->origin});
  }
}

void add_software(Stack& stack, const Layers& soc) {
  const std::string path = "software.preset";
  Leaf none;
  none.raw = true;
  none.text = "none";
  none.origin = "default";
  const Leaf* leaf = selected(stack, soc, path);
  if (leaf == nullptr) leaf = &none;
  const ConfigFile file = open_config(FileKind::software, string_of(*leaf, path), folder_for(*leaf), leaf->place);
  stack.all.add_preset(parse_document(file.text, file.file), Owner::software, "software");
  stack.selectors.push_back({path, string_of(*leaf, path), leaf->origin});
}

// A link or a cloud of device or cloud, below offload.link or offload.cloud.
void add_offload(Stack& stack, FileKind kind, const std::string& scope, const char* expected) {
  const std::string path = scope + ".preset";
  const Leaf* leaf = stack.upper.find(path);
  if (leaf == nullptr)
    throw ConfigError(stack.upper.missing_place(Owner::scenario, "offload"), "no key '" + path + "'", expected);
  const ConfigFile file = open_config(kind, string_of(*leaf, path), folder_for(*leaf), leaf->place);
  stack.all.add_preset(parse_document(file.text, file.file), Owner::software, scope);
  stack.selectors.push_back({path, string_of(*leaf, path), leaf->origin});
}

// Whether a table has keys.
bool has_keys(const Layers& layers, const std::string& table) {
  const auto first = layers.leaves().lower_bound(table + ".");
  return first != layers.leaves().end() && first->first.rfind(table + ".", 0) == 0;
}

// Where the scenario has keys of device or cloud.
void add_offload(Stack& stack) {
  if (!has_keys(stack.upper, "offload")) return;
  add_offload(stack, FileKind::link, "offload.link", "a link of takt list links");
  add_offload(stack, FileKind::cloud, "offload.cloud", "a cloud of takt list clouds");
}

void add_soc(Stack& stack, const Leaf& leaf) {
  Layers soc;
  const std::string name = string_of(leaf, "soc");
  const std::vector<Node> chain = open_chain(FileKind::soc, name, folder_for(leaf), leaf.place);
  if (is_family(chain.front()))
    throw ConfigError(leaf.place, "'" + name + "', a family of SoC presets", "one of takt list socs");
  for (auto document = chain.rbegin(); document != chain.rend(); ++document) soc.add_preset(*document, Owner::soc, "");
  stack.selectors.push_back({"soc", name, leaf.origin});
  stack.ports = soc.names("noc.port");
  stack.points = soc.names("npu.point");
  add_memories(stack, soc);
  add_software(stack, soc);
  add_offload(stack);
  stack.all.add(soc);
  stack.all.add(stack.upper);
}

std::string selector(const Stack& stack, const std::string& path) {
  for (const Selector& s : stack.selectors) {
    if (s.path == path) return s.value;
  }
  return {};
}

dram::Currents currents_of(const std::vector<std::string>& rails) {
  dram::Currents currents;
  for (const std::string& name : rails) {
    currents.rails.emplace_back();
    currents.rails.back().name = name;
  }
  return currents;
}

void fold_currents(dram::Config& memory, const dram::Currents& currents) {
  if (!currents.rails.empty()) memory.energy = dram::energy_from_currents(currents, memory);
}

void fold_currents(SocConfig& soc) {
  for (MemoryConfig& m : soc.memories) fold_currents(m.dram, m.currents);
}

// The instances whose keys are bound: the SoC preset alone says which memories and ports exist.
void name_instances(const Stack& stack, SocConfig& soc) {
  soc.name = stem_of(selector(stack, "soc"));
  for (const Selector& s : stack.selectors) {
    const std::string suffix = ".preset";
    if (s.path.rfind("memory.", 0) != 0) continue;
    MemoryConfig memory;
    memory.name = s.path.substr(7, s.path.size() - 7 - suffix.size());
    memory.dram.name = stem_of(s.value);
    memory.currents = currents_of(stack.rails.at(memory.name));
    soc.memories.push_back(std::move(memory));
  }
  for (const std::string& name : stack.ports) {
    soc.noc.initiators.emplace_back();
    soc.noc.initiators.back().name = name;
    soc.system_cache.ports.emplace_back();
    soc.system_cache.ports.back().name = name;
  }
  for (const std::string& name : stack.points) {
    soc.npu.power.points.emplace_back();
    soc.npu.power.points.back().name = name;
  }
  if (has_keys(stack.all, "npu.small")) soc.npu.small_cores = 1;  // until the key is read
  soc.software.preset = stem_of(selector(stack, "software.preset"));
}

// npu.clock_hz is the limit of what can be chosen.
void use_points(npu::Config& npu) {
  std::vector<npu::OperatingPoint>& points = npu.power.points;
  points.erase(std::remove_if(points.begin(), points.end(),
                              [&](const npu::OperatingPoint& p) { return p.clock_hz >= npu.clock_hz; }),
               points.end());
  std::sort(points.begin(), points.end(),
            [](const npu::OperatingPoint& a, const npu::OperatingPoint& b) { return a.clock_hz > b.clock_hz; });
}

// What follows from the keys: order, NoC targets, the operating points in use.
void finish(SocConfig& soc) {
  use_points(soc.npu);
  std::sort(soc.memories.begin(), soc.memories.end(),
            [](const MemoryConfig& a, const MemoryConfig& b) { return a.base < b.base; });
  bool cached = false;
  for (const MemoryConfig& m : soc.memories) {
    soc.noc.targets.push_back({m.name, m.base, m.dram.capacity_bytes, m.port_bytes_per_cycle});
    cached = cached || m.cached;
  }
  soc.system_cache.enabled = soc.system_cache.enabled && cached;
}

// Relative files of a scenario start at its folder; those of --set at the working folder.
std::string path_of(const Stack& stack, const std::string& key, const std::string& file) {
  if (is_shipped(file)) return file;
  const Leaf* leaf = stack.all.find(key);
  const bool given = leaf != nullptr && leaf->raw;
  return join(given ? std::string() : stack.folder, file);
}

void finish(ScenarioConfig& scenario, const Stack& stack) {
  for (StreamConfig& s : scenario.streams) {
    if (is_model_file(s.model)) s.model_path = path_of(stack, "stream." + s.name + ".model", s.model);
    if (!s.trace.empty()) s.trace_path = path_of(stack, "stream." + s.name + ".trace", s.trace);
    if (!s.experts.trace.empty())
      s.experts.trace_path = path_of(stack, "stream." + s.name + ".experts.trace", s.experts.trace);
  }
  if (!scenario.firmware.elf.empty())
    scenario.firmware.elf_path = path_of(stack, "firmware.elf", scenario.firmware.elf);
  std::uint64_t ordinal = scenario.streams.size();
  for (TrafficSource& t : scenario.traffic) {
    t.traffic.seed = effective_seed(scenario.seed, t.traffic.seed, ordinal++);
    t.traffic.trace.path = path_of(stack, "traffic." + t.traffic.name + ".file", t.traffic.trace.file);
  }
  for (FaultConfig& f : scenario.faults) f.seed = effective_seed(scenario.seed, f.seed, ordinal++);
}

// Selectors lead the table they choose a preset for.
std::vector<ResolvedKey> with_selectors(std::vector<ResolvedKey> keys, const Stack& stack) {
  for (const Selector& s : stack.selectors) {
    ResolvedKey key;
    key.path = s.path;
    key.value = quote_toml(s.value);
    key.origin = s.origin;
    key.behaviour = false;
    const std::string table = s.path.substr(0, s.path.rfind('.') == std::string::npos ? 0 : s.path.rfind('.') + 1);
    const auto at =
        std::find_if(keys.begin(), keys.end(), [&](const ResolvedKey& k) { return k.path.rfind(table, 0) == 0; });
    keys.insert(at, std::move(key));
  }
  return keys;
}

// Which keys a traffic source has; empty where the file does not say, which bind() finds.
std::string kind_of(const Stack& stack, const std::string& source) {
  const std::string path = "traffic." + source + ".kind";
  const Leaf* leaf = stack.upper.find(path);
  return leaf == nullptr ? std::string() : string_of(*leaf, path);
}

// What stands by names is looked up by load and by time.
void put_in_order(OffloadConfig& offload) {
  sort_curve(offload.cloud);
  std::sort(offload.phases.begin(), offload.phases.end(),
            [](const OffloadPhase& a, const OffloadPhase& b) { return a.from_us < b.from_us; });
  for (std::size_t i = 1; i < offload.phases.size(); ++i)
    if (!offload.phases[i].states_charge) offload.phases[i].battery = offload.phases[i - 1].battery;
}

void name_offload(const Stack& stack, OffloadConfig& offload) {
  offload.enabled = !selector(stack, "offload.link.preset").empty();
  if (!offload.enabled) return;
  offload.drains = stack.upper.find("offload.battery_mwh") != nullptr;
  offload.curve = stack.all.names("offload.cloud.curve");
  if (offload.curve.empty())
    throw ConfigError(stack.all.missing_place(Owner::software, "offload.cloud"), "no [curve.<name>]",
                      "a point of load at least");
  for (const std::string& name : stack.upper.names("offload.phase")) {
    offload.phases.emplace_back();
    offload.phases.back().name = name;
    offload.phases.back().states_charge = stack.upper.find("offload.phase." + name + ".battery_percent") != nullptr;
  }
}

Scenario build(Stack& stack, const std::string& file) {
  const Leaf* soc = stack.upper.find("soc");
  if (soc == nullptr) {
    throw ConfigError(stack.upper.missing_place(Owner::scenario, ""), "no key 'soc'", "a SoC preset of takt list socs");
  }
  add_soc(stack, *soc);
  Scenario result;
  ScenarioConfig& config = result.config;
  name_instances(stack, config.soc);
  for (const std::string& name : stack.upper.listed("stream")) {
    config.streams.emplace_back();
    config.streams.back().name = name;
    const auto has = [&](const std::string& table) {
      const std::string path = "stream." + name + "." + table;
      return stack.upper.find(path) != nullptr || has_keys(stack.upper, path);
    };
    config.streams.back().draft.enabled = has("draft");
    config.streams.back().experts.enabled = has("experts");
  }
  for (const std::string& name : stack.upper.listed("traffic")) {
    config.traffic.emplace_back();
    config.traffic.back().traffic.name = name;
    config.traffic.back().traffic.kind = kind_of(stack, name);
  }
  for (const std::string& name : stack.upper.listed("fault")) {
    config.faults.emplace_back();
    config.faults.back().name = name;
  }
  name_offload(stack, config.offload);
  config.firmware.metrics = stack.upper.find("firmware.metrics_period_us") != nullptr;
  const std::vector<Section> all = sections(config);
  refuse_unknown(stack.all, all, stack.selectors);
  bind(stack.all, all);
  if (config.name.empty()) config.name = stem_of(file);
  result.soc = selector(stack, "soc");
  result.keys = with_selectors(resolved_keys(stack.all, all), stack);
  finish(config.soc);
  check_soc(config.soc, stack.all);
  finish(config, stack);
  check_scenario(config, stack.all);
  put_in_order(config.offload);
  fold_currents(config.soc);
  return result;
}

Scenario load_text(const ConfigFile& file, const Overrides& overrides) {
  Stack stack;
  stack.folder = file.folder;
  stack.upper.add_scenario(parse_document(file.text, file.file));
  stack.upper.add(overrides_layer(overrides));
  return build(stack, file.file);
}

Leaf argument(const std::string& text, const std::string& option) {
  Leaf leaf;
  leaf.raw = true;
  leaf.text = text;
  leaf.place.file = option;
  leaf.origin = option;
  return leaf;
}

}  // namespace

bool is_model_file(const std::string& model) {
  if (model.find('/') != std::string::npos) return true;
  const std::size_t dot = model.rfind('.');
  return dot != std::string::npos &&
         (dot + 1 == model.size() || std::isdigit(static_cast<unsigned char>(model[dot + 1])) == 0);
}

Scenario load_scenario(const std::string& name_or_path, const Overrides& overrides) {
  Place where;
  where.file = "scenario " + name_or_path;
  return load_text(open_config(FileKind::scenario, name_or_path, {}, where), overrides);
}

Scenario parse_scenario(std::string_view text, const std::string& file, const Overrides& overrides) {
  return load_text({file, folder_of(file), std::string(text)}, overrides);
}

Scenario scenario_for_model(const std::string& model, const std::string& soc, std::uint64_t requests,
                            const Overrides& overrides, const ModelOptions& options) {
  std::string name;
  for (const char c : is_model_file(model) ? stem_of(model) : model) {
    const bool bare = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-';
    name += bare ? c : '_';
  }
  if (name.empty()) name = "model";
  const std::string text =
      "name = " + quote_toml(name) + "\nsoc = " + quote_toml(soc) +
      "\n[firmware]\npolicy = \"fcfs\"\n[[stream]]\nname = " + quote_toml(name) + "\nmodel = " + quote_toml(model) +
      (options.precision.empty() ? "" : "\nprecision = " + quote_toml(options.precision)) +
      (options.shapes.empty() ? "" : "\nshapes = " + quote_toml(options.shapes)) +
      (options.batch == 1 ? "" : "\nbatch = " + std::to_string(options.batch)) +
      "\narrival = \"closed_loop\"\nconcurrency = 1\nrequests = " + std::to_string(requests) + "\n";
  return load_text({"--model", {}, text}, overrides);
}

SocConfig load_soc(const std::string& name_or_path, const Overrides& overrides) {
  Stack stack;
  stack.upper = overrides_layer(overrides);
  add_soc(stack, argument(name_or_path, "--soc " + name_or_path));
  SocConfig soc;
  name_instances(stack, soc);
  const std::vector<Section> all = sections(soc);
  refuse_unknown(stack.all, all, stack.selectors);
  bind(stack.all, all);
  finish(soc);
  check_soc(soc, stack.all);
  fold_currents(soc);
  return soc;
}

Memory resolve_memory(const std::string& name_or_path, const Overrides& overrides) {
  Place where;
  where.file = "memory " + name_or_path;
  MemoryPreset preset = open_memory_preset(name_or_path, {}, where, "");
  preset.layers.add(overrides_layer(overrides));
  Memory memory;
  memory.config.name = stem_of(name_or_path);
  dram::Currents currents = currents_of(preset.rails);
  const std::vector<Section> all = memory_sections("", memory.config, currents);
  refuse_unknown(preset.layers, all, {});
  bind(preset.layers, all);
  check_memory(memory.config, currents, "", preset.layers);
  memory.keys = resolved_keys(preset.layers, all);
  fold_currents(memory.config, currents);
  return memory;
}

dram::Config load_memory(const std::string& name_or_path, const Overrides& overrides) {
  return resolve_memory(name_or_path, overrides).config;
}

std::vector<PresetName> list_socs() { return list(FileKind::soc); }
std::vector<PresetName> list_memories() { return list(FileKind::memory); }
std::vector<PresetName> list_software() { return list(FileKind::software); }
std::vector<PresetName> list_scenarios() { return list(FileKind::scenario); }

}  // namespace takt::config
