// Reading SoC presets and scenarios. Everything here throws ConfigError.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/scenario_config.h"

namespace takt::config {

// Assignments "key=value" as given to --set, in order; the last one of a key wins. Any key of a scenario or preset.
using Overrides = std::vector<std::string>;

// One key of a run, as it came out.
struct ResolvedKey {
  std::string path;       // "npu.clock_hz"
  std::string value;      // as TOML
  std::string origin;     // "preset soc/exynos-llw-like.toml:12", "scenario default.toml:8", "--set", "default"
  std::string mark;       // published, measured, derived, recalled, estimated; empty where the origin is no preset
  std::string source;     // of the figure, for preset keys
  bool behaviour = true;  // part of config_hash
};

struct Scenario {
  ScenarioConfig config;
  std::string soc;                // SoC preset as written
  std::vector<ResolvedKey> keys;  // in the order of resolved.toml
};

// `name_or_path`: a name from list_scenarios(), or a file (ends in .toml or contains '/').
Scenario load_scenario(const std::string& name_or_path, const Overrides& overrides = {});

// A scenario from text; `file` names it in messages, relative paths in it are resolved against `file`'s folder.
Scenario parse_scenario(std::string_view text, const std::string& file, const Overrides& overrides = {});

// Whether a model is written as a file: with a folder, or with an extension (a dot before no digit: llama-3.2-1b has
// none).
bool is_model_file(const std::string& model);

// Keys of the one stream; empty: their defaults.
struct ModelOptions {
  std::string precision;
  std::string shapes;
  std::uint32_t batch = 1;
};

// `takt run --model MODEL --soc PRESET`: one closed-loop stream of `requests` requests and nothing else.
Scenario scenario_for_model(const std::string& model, const std::string& soc, std::uint64_t requests,
                            const Overrides& overrides = {}, const ModelOptions& options = {});

// A SoC alone, with takt's own driver and firmware ("none" as software preset) unless overridden.
SocConfig load_soc(const std::string& name_or_path, const Overrides& overrides = {});

// A memory preset alone. `overrides` name its keys ("rcd_ns=15").
struct Memory {
  dram::Config config;
  std::vector<ResolvedKey> keys;  // in the order of resolved.toml
};
Memory resolve_memory(const std::string& name_or_path, const Overrides& overrides = {});
dram::Config load_memory(const std::string& name_or_path, const Overrides& overrides = {});

struct PresetName {
  std::string name;
  std::string description;
};
std::vector<PresetName> list_socs();
std::vector<PresetName> list_memories();
std::vector<PresetName> list_software();
std::vector<PresetName> list_scenarios();

// One of the scenario's streams alone on the SoC: no other stream but, behind it, those that start it; no background
// traffic, the same arrivals.
Scenario alone(const Scenario& scenario, std::size_t stream);

// 64-bit FNV-1a over "path=value" of every key that can change simulated behaviour, sorted by path.
std::uint64_t config_hash(const Scenario& scenario);

// The complete configuration as a scenario file: reading it again gives the same configuration and hash.
std::string resolved_toml(const Scenario& scenario);

// The keys in use whose figures are estimated or recalled, sorted by path.
std::vector<ResolvedKey> estimates(const Scenario& scenario);

}  // namespace takt::config
