#include "sim/sweep/nodes.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "sim/config/suggest.h"

namespace takt::sweep {

using config::ConfigError;
using config::Kind;
using config::Node;

std::string hint(const std::string& word, const std::vector<std::string>& words) {
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
                        fmt::format("{}{}", fmt::join(keys, ", "), hint(member.key, keys)));
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

}  // namespace takt::sweep
