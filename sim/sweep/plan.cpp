#include "sim/sweep/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <set>

#include "models/units/fnv1a.h"
#include "models/units/read_file.h"
#include "sim/config/document.h"
#include "sim/sweep/axis.h"
#include "sim/sweep/condition.h"
#include "sim/sweep/nodes.h"

namespace takt::sweep {
namespace {

using config::ConfigError;
using config::Kind;
using config::Node;

constexpr std::uint64_t most_points = 100000;

class Planner {
 public:
  Planner(const Node& document, const std::string& file) : document_(document) {
    expect_keys(document,
                {"scenario", "design", "metrics", "axis", "point", "exclude", "samples", "seed", "bound_permille"});
    const Node& scenario = required(document, "scenario", Kind::string);
    sweep_.scenario = scenario.text;
    if (config::is_model_file(scenario.text))
      sweep_.scenario = std::filesystem::absolute(std::filesystem::path(file).parent_path() / scenario.text).string();
    base_ = config::load_scenario(sweep_.scenario);
    for (const config::ResolvedKey& key : base_.keys) {
      keys_.push_back(key.path);
      values_.emplace(key.path, key.value);
    }
  }

  Sweep plan() {
    objectives();
    if (const Node* exclude = document_.find("exclude")) exclusions(*exclude);
    const Node& design = required(document_, "design", Kind::string);
    if (design.text == "grid") {
      only({"axis", "exclude"});
      grid(axes());
    } else if (design.text == "list") {
      only({"point", "exclude"});
      list();
    } else if (design.text == "random") {
      only({"axis", "exclude", "samples", "seed"});
      random(axes());
    } else if (design.text == "corners") {
      only({"bound_permille"});
      corners();
    } else {
      refuse(design, "\"grid\", \"list\", \"random\" or \"corners\"");
    }
    if (sweep_.points.empty() && sweep_.excluded != 0)
      refuse(*document_.find("exclude"), "at least one point that is left");
    return std::move(sweep_);
  }

 private:
  void only(std::vector<std::string> keys) const {
    keys.insert(keys.end(), {"scenario", "design", "metrics"});
    expect_keys(document_, keys);
  }

  void objectives() {
    for (const Node& node : required(document_, "metrics", Kind::array).elements) {
      const results::Metric* row = node.kind == Kind::string ? results::metric_of(node.text) : nullptr;
      if (row == nullptr) refuse(node, "the path of a figure of results.json (takt explain METRIC lists them)");
      if (row->better == results::Better::neither) refuse(node, "a figure of which lower or higher is better");
      sweep_.objectives.push_back({node.text, row->better});
    }
    if (sweep_.objectives.empty()) refuse(*document_.find("metrics"), "at least one figure");
  }

  void exclusions(const Node& tables) {
    if (tables.kind != Kind::array) refuse(tables, "[[exclude]]");
    for (const Node& table : tables.elements) exclusions_.push_back(exclusion_of(table, values_));
  }

  void check_key(const std::string& key, const config::Place& place) const {
    if (values_.find(key) == values_.end())
      throw ConfigError(place, "unknown key '" + key + "'", "a key of the scenario's resolved.toml" + hint(key, keys_));
  }

  std::vector<Axis> axes() {
    std::vector<Axis> axes;
    std::set<std::string> seen;
    for (const Node& table : required(document_, "axis", Kind::array).elements) {
      axes.push_back(axis_of(table));
      std::vector<std::string>& keys = sweep_.axes.emplace_back();
      for (const Node* key : axes.back().keys) {
        if (!seen.insert(key->text).second) refuse(*key, "each key on one axis only");
        check_key(key->text, key->place);
        keys.push_back(key->text);
      }
    }
    if (axes.empty()) refuse(*document_.find("axis"), "at least one axis");
    return axes;
  }

  static void assign(const Axis& axis, std::size_t step, std::vector<Assignment>& params) {
    for (std::size_t k = 0; k < axis.keys.size(); ++k) params.emplace_back(axis.keys[k]->text, axis.values[step][k]);
  }

  // The last axis varies fastest.
  void grid(const std::vector<Axis>& axes) {
    std::uint64_t count = 1;
    for (const Axis& axis : axes)
      if ((count *= axis.values.size()) > most_points)
        refuse(*document_.find("axis"), fmt::format("at most {} points", most_points));
    for (std::uint64_t i = 0; i < count; ++i) {
      std::vector<Assignment> params;
      std::uint64_t block = count;
      for (const Axis& axis : axes) {
        block /= axis.values.size();
        assign(axis, i / block % axis.values.size(), params);
      }
      add(std::move(params));
    }
  }

  void list() {
    for (const Node& table : required(document_, "point", Kind::array).elements) {
      if (table.kind != Kind::table) refuse(table, "a table");
      std::vector<Assignment> params;
      flatten(table, "", params);
      add(std::move(params));
    }
  }

  void flatten(const Node& table, const std::string& prefix, std::vector<Assignment>& params) {
    for (const config::Member& member : table.members) {
      const std::string path = prefix + member.key;
      if (member.node.kind == Kind::table) {
        flatten(member.node, path + ".", params);
        continue;
      }
      check_key(path, member.place);
      const std::vector<std::string> axis = {path};
      if (std::find(sweep_.axes.begin(), sweep_.axes.end(), axis) == sweep_.axes.end()) sweep_.axes.push_back(axis);
      params.emplace_back(path, toml_of(member.node));
    }
  }

  void random(const std::vector<Axis>& axes) {
    required(document_, "samples", Kind::integer);
    const std::int64_t samples = integer_or(document_, "samples", 1, most_points, 1);
    std::uint64_t state = static_cast<std::uint64_t>(integer_or(document_, "seed", 0, INT64_MAX, 1));
    for (std::int64_t i = 0; i < samples; ++i) {
      std::vector<Assignment> params;
      for (const Axis& axis : axes) assign(axis, splitmix64(state) % axis.values.size(), params);
      add(std::move(params));
    }
  }

  // Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators (2014).
  static std::uint64_t splitmix64(std::uint64_t& state) {
    std::uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  void corners() {
    const auto bound = static_cast<unsigned>(integer_or(document_, "bound_permille", 1, 999, 200));
    std::vector<Corner> all = corners_of(base_, bound);
    sweep_.corners = true;
    for (const Assignment& figure : all.back().params) sweep_.axes.push_back({figure.first});
    for (Corner& corner : all) add(std::move(corner.params), corner.label);
  }

  void add(std::vector<Assignment> params, std::string label = {}) {
    config::Overrides overrides;
    for (const auto& [key, value] : params) overrides.push_back(key + "=" + value);
    if (label.empty()) label = fmt::format("{}", fmt::join(overrides, " "));
    std::uint64_t hash = units::fnv1a(units::fnv1a_basis, std::string(TAKT_VERSION) + "\n");
    Values values = values_;
    try {
      const config::Scenario scenario = config::load_scenario(sweep_.scenario, overrides);
      hash = units::fnv1a(hash, fmt::format("{:016x}", config::config_hash(scenario)));
      if (!exclusions_.empty())
        for (const config::ResolvedKey& key : scenario.keys) values[key.path] = key.value;
    } catch (const ConfigError&) {  // the run will say why
      hash = units::fnv1a(hash, fmt::format("refused {}\n{}", sweep_.scenario, fmt::join(overrides, "\n")));
      for (const auto& [key, value] : params) values[key] = value;
    }
    const auto applies = [&](const Exclusion& exclusion) { return holds(exclusion, values); };
    if (std::any_of(exclusions_.begin(), exclusions_.end(), applies)) {
      ++sweep_.excluded;
      return;
    }
    std::string id = fmt::format("{:016x}", hash);
    if (ids_.insert(id).second) sweep_.points.push_back({std::move(id), std::move(label), std::move(params)});
  }

  const Node& document_;
  config::Scenario base_;
  std::vector<std::string> keys_;  // of the scenario, in its order
  Values values_;
  std::vector<Exclusion> exclusions_;
  std::set<std::string> ids_;
  Sweep sweep_;
};

}  // namespace

std::vector<Corner> corners_of(const config::Scenario& scenario, unsigned bound_permille) {
  std::vector<Corner> corners = {{"nominal", {}}};
  std::vector<Assignment> low, high;
  for (const config::ResolvedKey& key : config::estimates(scenario)) {
    if (key.mark != "estimated" || key.value.find_first_not_of("0123456789._") != std::string::npos) continue;
    low.emplace_back(key.path, scaled(key.value, 1000 - bound_permille));
    high.emplace_back(key.path, scaled(key.value, 1000 + bound_permille));
    corners.push_back({key.path + " low", {low.back()}});
    corners.push_back({key.path + " high", {high.back()}});
  }
  corners.push_back({"all low", low});
  corners.push_back({"all high", high});
  return corners;
}

Sweep parse_sweep(std::string_view text, const std::string& file) {
  const Node document = config::parse_document(text, file);
  return Planner(document, file).plan();
}

Sweep load_sweep(const std::string& file) {
  std::string text;
  if (const std::error_code error = units::read_file(file, text)) {
    config::Place place;
    place.file = file;
    throw ConfigError(place, "a file that cannot be read: " + error.message(), "a TOML file of a sweep");
  }
  return parse_sweep(text, file);
}

std::string scaled(const std::string& number, unsigned permille) {
  std::string digits;
  std::size_t decimals = 0;
  bool fraction = false;
  for (const char c : number) {
    if (c == '.') fraction = true;
    if (c < '0' || c > '9') continue;
    digits += c;
    decimals += fraction ? 1 : 0;
  }
  const unsigned __int128 product = static_cast<unsigned __int128>(std::stoull(digits)) * permille;
  if (!fraction) return fmt::format("{}", static_cast<std::uint64_t>((product + 500) / 1000));
  std::string text = fmt::format("{:0{}}", static_cast<std::uint64_t>(product), decimals + 4);
  text.insert(text.size() - decimals - 3, ".");
  while (text.back() == '0' && text[text.size() - 2] != '.') text.pop_back();
  const std::size_t first = text.find_first_not_of('0');
  return text.substr(text[first] == '.' ? first - 1 : first);
}

std::vector<Point> shard_of(const std::vector<Point>& points, unsigned shard, unsigned shards) {
  std::vector<Point> mine;
  for (std::size_t i = shard; i < points.size(); i += shards) mine.push_back(points[i]);
  return mine;
}

}  // namespace takt::sweep
