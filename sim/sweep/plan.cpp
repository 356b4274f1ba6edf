#include "sim/sweep/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "models/units/fnv1a.h"
#include "sim/config/document.h"
#include "sim/config/suggest.h"

namespace takt::sweep {
namespace {

using config::ConfigError;
using config::Kind;
using config::Node;

constexpr std::uint64_t most_points = 100000;

struct Axis {
  std::string key;
  std::vector<std::string> values;
};

std::string near(const std::string& word, const std::vector<std::string>& words) {
  const std::string nearest = config::nearest(word, words);
  return nearest.empty() ? "" : " (nearest '" + nearest + "')";
}

[[noreturn]] void refuse(const Node& node, const std::string& expected) {
  throw ConfigError(node.place, node.text.empty() ? config::name_of(node.kind) : "'" + node.text + "'", expected);
}

void expect_keys(const Node& table, const std::vector<std::string>& keys) {
  if (table.kind != Kind::table) refuse(table, "a table");
  for (const config::Member& member : table.members)
    if (std::find(keys.begin(), keys.end(), member.key) == keys.end())
      throw ConfigError(member.place, "unknown key '" + member.key + "'",
                        fmt::format("{}{}", fmt::join(keys, ", "), near(member.key, keys)));
}

const Node& required(const Node& table, const char* key, Kind kind) {
  const Node* node = table.find(key);
  if (node == nullptr) throw ConfigError(table.place, fmt::format("no key '{}'", key), config::name_of(kind));
  if (node->kind != kind) refuse(*node, config::name_of(kind));
  return *node;
}

std::int64_t integer(const Node& node, std::int64_t low, std::int64_t high) {
  std::string digits = node.text;
  digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
  std::int64_t value = 0;
  std::istringstream in(digits);
  if (node.kind != Kind::integer || !(in >> value) || !in.eof() || value < low || value > high)
    refuse(node, fmt::format("an integer from {} to {}", low, high));
  return value;
}

std::int64_t integer_or(const Node& table, const char* key, std::int64_t low, std::int64_t high, std::int64_t other) {
  const Node* node = table.find(key);
  return node == nullptr ? other : integer(*node, low, high);
}

std::string toml_of(const Node& node) {
  if (node.kind == Kind::string) return "\"" + node.text + "\"";
  if (node.kind == Kind::array || node.kind == Kind::table) refuse(node, "a number, a boolean or a string");
  return node.text;
}

class Planner {
 public:
  Planner(const Node& document, const std::string& file) : document_(document) {
    expect_keys(document, {"scenario", "design", "metrics", "axis", "point", "samples", "seed", "bound_permille"});
    const Node& scenario = required(document, "scenario", Kind::string);
    sweep_.scenario = scenario.text;
    if (config::is_model_file(scenario.text))
      sweep_.scenario = std::filesystem::absolute(std::filesystem::path(file).parent_path() / scenario.text).string();
    base_ = config::load_scenario(sweep_.scenario);
    for (const config::ResolvedKey& key : base_.keys) keys_.push_back(key.path);
  }

  Sweep plan() {
    objectives();
    const Node& design = required(document_, "design", Kind::string);
    if (design.text == "grid") {
      only({"axis"});
      grid(axes());
    } else if (design.text == "list") {
      only({"point"});
      list();
    } else if (design.text == "random") {
      only({"axis", "samples", "seed"});
      random(axes());
    } else if (design.text == "corners") {
      only({"bound_permille"});
      corners();
    } else {
      refuse(design, "\"grid\", \"list\", \"random\" or \"corners\"");
    }
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

  void check_key(const std::string& key, const config::Place& place) {
    if (std::find(keys_.begin(), keys_.end(), key) == keys_.end())
      throw ConfigError(place, "unknown key '" + key + "'", "a key of the scenario's resolved.toml" + near(key, keys_));
    if (std::find(sweep_.axes.begin(), sweep_.axes.end(), key) == sweep_.axes.end()) sweep_.axes.push_back(key);
  }

  std::vector<Axis> axes() {
    std::vector<Axis> axes;
    for (const Node& table : required(document_, "axis", Kind::array).elements) {
      expect_keys(table, {"key", "values", "from", "to", "steps"});
      const Node& key = required(table, "key", Kind::string);
      if (std::find(sweep_.axes.begin(), sweep_.axes.end(), key.text) != sweep_.axes.end())
        refuse(key, "each key on one axis only");
      check_key(key.text, key.place);
      axes.push_back({key.text, values(table)});
    }
    if (axes.empty()) refuse(*document_.find("axis"), "at least one axis");
    return axes;
  }

  static std::vector<std::string> values(const Node& table) {
    std::vector<std::string> values;
    if (const Node* node = table.find("values")) {
      expect_keys(table, {"key", "values"});
      if (node->kind != Kind::array || node->elements.empty()) refuse(*node, "an array with at least one value");
      for (const Node& value : node->elements) values.push_back(toml_of(value));
      return values;
    }
    constexpr std::int64_t most = 1'000'000'000'000;
    const std::int64_t from = integer(required(table, "from", Kind::integer), -most, most);
    const std::int64_t to = integer(required(table, "to", Kind::integer), -most, most);
    const std::int64_t steps = integer(required(table, "steps", Kind::integer), 2, 10000);
    for (std::int64_t i = 0; i < steps; ++i) values.push_back(std::to_string(from + (to - from) * i / (steps - 1)));
    return values;
  }

  void grid(const std::vector<Axis>& axes) {
    std::uint64_t count = 1;
    for (const Axis& axis : axes)
      if ((count *= axis.values.size()) > most_points)
        refuse(*document_.find("axis"), fmt::format("at most {} points", most_points));
    for (std::uint64_t i = 0; i < count; ++i) {
      std::vector<Assignment> params(axes.size());
      std::uint64_t rest = i;
      for (std::size_t a = axes.size(); a-- > 0; rest /= axes[a].values.size())
        params[a] = {axes[a].key, axes[a].values[rest % axes[a].values.size()]};
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
      params.emplace_back(path, toml_of(member.node));
    }
  }

  void random(const std::vector<Axis>& axes) {
    required(document_, "samples", Kind::integer);
    const std::int64_t samples = integer_or(document_, "samples", 1, most_points, 1);
    std::uint64_t state = static_cast<std::uint64_t>(integer_or(document_, "seed", 0, INT64_MAX, 1));
    for (std::int64_t i = 0; i < samples; ++i) {
      std::vector<Assignment> params;
      for (const Axis& axis : axes) params.emplace_back(axis.key, axis.values[splitmix64(state) % axis.values.size()]);
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
    for (const Assignment& figure : all.back().params) sweep_.axes.push_back(figure.first);
    for (Corner& corner : all) add(std::move(corner.params), corner.label);
  }

  void add(std::vector<Assignment> params, std::string label = {}) {
    config::Overrides overrides;
    for (const auto& [key, value] : params) overrides.push_back(key + "=" + value);
    if (label.empty()) label = fmt::format("{}", fmt::join(overrides, " "));
    std::uint64_t hash = units::fnv1a(units::fnv1a_basis, std::string(TAKT_VERSION) + "\n");
    try {
      const std::uint64_t resolved = config::config_hash(config::load_scenario(sweep_.scenario, overrides));
      hash = units::fnv1a(hash, fmt::format("{:016x}", resolved));
    } catch (const ConfigError&) {  // the run will say why
      hash = units::fnv1a(hash, fmt::format("refused {}\n{}", sweep_.scenario, fmt::join(overrides, "\n")));
    }
    std::string id = fmt::format("{:016x}", hash);
    if (ids_.insert(id).second) sweep_.points.push_back({std::move(id), std::move(label), std::move(params)});
  }

  const Node& document_;
  config::Scenario base_;
  std::vector<std::string> keys_;
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
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    config::Place place;
    place.file = file;
    throw ConfigError(place, "a file that cannot be read", "a TOML file of a sweep");
  }
  return parse_sweep(text.str(), file);
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
