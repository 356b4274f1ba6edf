// takt list: what is built in.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "sim/cli/command.h"
#include "sim/config/load.h"
#include "sim/config/offload_presets.h"
#include "sim/platform/policies.h"
#include "sim/zoo/zoo.h"

namespace takt::cli {
namespace {

void print(const std::vector<config::PresetName>& entries) {
  std::size_t width = 0;
  for (const config::PresetName& entry : entries) width = std::max(width, entry.name.size());
  for (const config::PresetName& entry : entries) fmt::print("{:<{}}  {}\n", entry.name, width, entry.description);
}

std::vector<config::PresetName> models() {
  std::vector<config::PresetName> entries;
  for (const std::string& name : zoo::names()) {
    const graph::Graph graph = zoo::build(name);
    entries.push_back({name, fmt::format("{} operators, {:.3f} GMAC, {:.2f} MB of constants", graph.ops.size(),
                                         static_cast<double>(graph::macs_of(graph)) / 1e9,
                                         static_cast<double>(graph::weight_bytes_of(graph)) / 1e6)});
  }
  entries.push_back(
      {"busy-NxTus", "N commands of T us each and cuts between them: for scheduling tests, moves no data"});
  return entries;
}

std::vector<config::PresetName> policies() {
  std::vector<config::PresetName> entries;
  for (const auto& [name, what] : platform::policies()) entries.push_back({name, what});
  return entries;
}

}  // namespace

Registered add_list(CLI::App& takt) {
  using Source = std::vector<config::PresetName> (*)();
  static const std::map<std::string, Source> sources = {
      {"socs", config::list_socs},   {"memories", config::list_memories},  {"software", config::list_software},
      {"links", config::list_links}, {"clouds", config::list_clouds},      {"models", models},
      {"policies", policies},        {"scenarios", config::list_scenarios}};
  CLI::App* app = takt.add_subcommand("list", "List what is built in");
  const auto what = std::make_shared<std::string>();
  app->add_option("what", *what, "socs, memories, software, links, clouds, models, policies or scenarios")
      ->required()
      ->check(CLI::IsMember({"socs", "memories", "software", "links", "clouds", "models", "policies", "scenarios"}));
  return {app, [what] {
            print(sources.at(*what)());
            return int{done};
          }};
}

}  // namespace takt::cli
