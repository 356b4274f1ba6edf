// The keys by name: every configuration's are among them, and the schema made from them takes and refuses the files
// that the reader takes and refuses.
#include "sim/config/catalogue.h"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "sim/config/document.h"
#include "sim/config/load.h"
#include "tests/support/json_schema.h"

namespace takt::config {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// Without underscores, which TOML has between digits and JSON has not.
json number_of(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
  if (text.rfind("0x", 0) == 0) return std::stoull(text, nullptr, 16);
  return json::parse(text);
}

json json_of(const Node& node) {
  json value;
  switch (node.kind) {
    case Kind::integer:
    case Kind::decimal:
      return number_of(node.text);
    case Kind::boolean:
      return node.text == "true";
    case Kind::string:
    case Kind::time:
      return node.text;
    case Kind::array:
      value = json::array();
      for (const Node& element : node.elements) value.push_back(json_of(element));
      return value;
    case Kind::table:
      value = json::object();
      for (const Member& member : node.members) value[member.key] = json_of(member.node);
      return value;
  }
  return value;
}

std::string wrong_with(const std::string& scenario) {
  static const takt::test::JsonSchema schema(scenario_schema());
  return schema.wrong_with(json_of(parse_document(scenario, "test.toml")));
}

// "stream.camera.period_us" as the catalogue calls it.
std::string without_names(std::string path) {
  for (const std::string table : {"stream.", "traffic.", "fault.", "memory.", "noc.port.", "system_cache.port.",
                                  "npu.point.", "offload.phase.", "offload.cloud.curve."})
    if (path.rfind(table, 0) == 0) {
      path.replace(table.size(), path.find('.', table.size()) - table.size(), "<name>");
      const std::string rails = table + "<name>.currents.";
      if (path.rfind(rails, 0) == 0) path.replace(rails.size(), path.find('.', rails.size()) - rails.size(), "<name>");
    }
  return path;
}

TEST(Catalogue, NamesEveryKeyOfEveryShippedScenario) {
  std::set<std::string> known;
  for (const CatalogueKey& key : catalogue()) known.insert(path_of(key));
  for (const PresetName& scenario : list_scenarios())
    for (const ResolvedKey& key : load_scenario(scenario.name).keys)
      EXPECT_EQ(known.count(without_names(key.path)), 1U) << key.path;
}

TEST(Catalogue, KeysOfAKindOfTrafficSayWhich) {
  std::set<std::string> kinds;
  for (const CatalogueKey& key : catalogue()) {
    if (path_of(key) == "traffic.<name>.misses_per_us") {
      EXPECT_EQ(key.kind, "cpu");
    }
    if (path_of(key) == "traffic.<name>.qos") {
      EXPECT_EQ(key.kind, "");
    }
    kinds.insert(key.kind);
  }
  EXPECT_EQ(kinds, (std::set<std::string>{"", "constant", "display", "camera", "gpu", "cpu", "trace"}));
}

TEST(Catalogue, SaysValuesAndDefaults) {
  for (const CatalogueKey& key : catalogue()) {
    if (path_of(key) == "stream.<name>.rate_per_s") {
      EXPECT_EQ(values_of(key.field), "0 .. 1 000 000, decimals");
      EXPECT_EQ(default_of(key), "0");
    }
    if (path_of(key) == "stream.<name>.model") {
      EXPECT_EQ(values_of(key.field), "text");
      EXPECT_EQ(default_of(key), "required");
    }
    if (path_of(key) == "run.drain") {
      EXPECT_EQ(values_of(key.field), "finish, stop");
    }
    if (path_of(key) == "npu.clock_hz") {
      EXPECT_EQ(default_of(key), "of the preset");
    }
    if (key.kind == "display" && key.field.name == "width") {
      EXPECT_EQ(default_of(key), "1440 d");
    }
  }
}

TEST(ScenarioSchema, HoldsForShippedScenariosAsWrittenAndAsResolved) {
  for (const PresetName& scenario : list_scenarios()) {
    std::ifstream file(std::string(TAKT_SCENARIOS) + "/" + scenario.name + ".toml");
    std::ostringstream text;
    text << file.rdbuf();
    ASSERT_FALSE(text.str().empty()) << scenario.name;
    EXPECT_EQ(wrong_with(text.str()), "") << scenario.name;
    EXPECT_EQ(wrong_with(resolved_toml(load_scenario(scenario.name))), "") << scenario.name;
  }
}

// What the reader refuses for a reason that a schema can state.
TEST(ScenarioSchema, RefusesWhatTheReaderRefuses) {
  const std::string head = "soc = \"exynos-llw-like\"\n[firmware]\npolicy = \"fcfs\"\n[run]\nmeasure_us = 10\n";
  const std::string stream =
      "[[stream]]\nname = \"a\"\nmodel = \"mobilenet_v2\"\narrival = \"poisson\"\nrate_per_s = 2.5\n";
  const auto read = [](const std::string& text) { parse_scenario(text, "test.toml"); };
  EXPECT_EQ(wrong_with(head + stream), "");
  EXPECT_NO_THROW(read(head + stream));
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"[firmware]\npolicy = \"fcfs\"\n", "soc"},
      {"soc = \"exynos-llw-like\"\n", "firmware"},
      {head + "perod_us = 1\n" + stream, "perod_us"},
      {head + "drain = \"end\"\n" + stream, "run"},
      {head + "drain = 1\n" + stream, "run"},
      {head + "[metrics]\nisolated = 1\n" + stream, "metrics"},
      {head + "warm_up_us = -1\n" + stream, "run"},
      {head + "warm_up_us = 1.5\n" + stream, "run"},
      {head + stream + "batch = 0\n", "stream"},
      {head + stream + "batch = { mark = \"derived\" }\n", "stream"},
      {head + "[[stream]]\nname = \"a\"\narrival = \"poisson\"\n", "model"},
      {head + "[[stream]]\nmodel = \"mobilenet_v2\"\narrival = \"poisson\"\n", "name"},
      {head + stream + "[memory.llw]\nrcd = 3\n", "rcd"},
      {head + stream + "[nocturne]\nrcd = 3\n", "nocturne"},
      {head + stream + "[noc.port.npu]\nqos = 8\n", "noc"}};
  for (const auto& [text, named] : bad) {
    EXPECT_THAT(wrong_with(text), HasSubstr(named)) << text;
    EXPECT_THROW(read(text), ConfigError) << text;
  }
}

}  // namespace
}  // namespace takt::config
