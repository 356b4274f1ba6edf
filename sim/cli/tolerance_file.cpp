#include "sim/cli/tolerance_file.h"

#include <cstdlib>
#include <vector>

#include "models/units/read_file.h"
#include "sim/config/document.h"
#include "sim/config/suggest.h"
#include "sim/graph/error.h"

namespace takt::cli {
namespace {

using config::ConfigError;
using config::Kind;
using config::Node;

struct Named {
  const char* name;
  results::Direction direction;
};
constexpr Named directions[] = {{"table", results::Direction::table},
                                {"same", results::Direction::same},
                                {"lower", results::Direction::lower},
                                {"higher", results::Direction::higher},
                                {"any", results::Direction::any}};

void refuse(const Node& node, const std::string& expected) {
  const std::string found = node.kind == Kind::string ? "the string \"" + node.text + "\""
                            : node.text.empty()       ? config::name_of(node.kind)
                                                      : node.text;
  throw ConfigError(node.place, found, expected);
}

double amount(const Node& node) {
  const bool number = node.kind == Kind::integer || node.kind == Kind::decimal;
  char* end = nullptr;
  const double value = number ? std::strtod(node.text.c_str(), &end) : -1;
  if (!number || *end != 0 || !(value >= 0)) refuse(node, "a number that is not negative");
  return value;
}

results::Direction direction(const Node& node) {
  for (const Named& row : directions)
    if (node.kind == Kind::string && node.text == row.name) return row.direction;
  refuse(node, "\"table\", \"same\", \"lower\", \"higher\" or \"any\"");
  return results::Direction::table;
}

results::Rule rule_of(const Node& table) {
  results::Rule rule;
  if (table.kind != Kind::table || table.find("match") == nullptr)
    throw ConfigError(table.place, "a rule without a key 'match'", "the path of a figure, with * for any text");
  for (const config::Member& member : table.members) {
    if (member.key == "match") {
      if (member.node.kind != Kind::string) refuse(member.node, "a string");
      rule.match = member.node.text;
    } else if (member.key == "direction") {
      rule.direction = direction(member.node);
    } else if (member.key == "percent") {
      rule.percent = amount(member.node);
    } else if (member.key == "absolute") {
      rule.absolute = amount(member.node);
    } else {
      const std::string near = config::nearest(member.key, {"match", "direction", "percent", "absolute"});
      throw ConfigError(member.place, "unknown key '" + member.key + "'",
                        "match, direction, percent or absolute" + (near.empty() ? "" : " (nearest '" + near + "')"));
    }
  }
  return rule;
}

}  // namespace

results::Tolerances load_tolerances(const std::string& file) {
  std::string text;
  if (const std::error_code error = units::read_file(file, text))
    throw graph::GraphError(file + ": cannot be read: " + error.message() + "; expected a TOML file of tolerances");
  const Node document = config::parse_document(text, file);
  results::Tolerances tolerances;
  for (const config::Member& member : document.members) {
    if (member.key != "metric" || member.node.kind != Kind::array)
      throw ConfigError(member.place, "key '" + member.key + "'", "[[metric]]");
    for (const Node& table : member.node.elements) tolerances.rules.push_back(rule_of(table));
  }
  return tolerances;
}

}  // namespace takt::cli
