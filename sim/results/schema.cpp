#include "sim/results/schema.h"

#include <map>
#include <memory>

#include "sim/results/document.h"
#include "sim/results/metric_table.h"
#include "sim/results/value.h"

namespace takt::results {
namespace {

// The table's rows by their keys. "*" is any name of an object; "[*]" the element of an array.
struct Node {
  const Metric* metric = nullptr;
  bool optional = false;
  std::map<std::string, Node> members;
};

// Takes a key off a path: "streams[*].name" gives "streams", "[*]", "name".
std::string take_key(std::string_view& path) {
  if (path[0] == '.') path.remove_prefix(1);
  const std::size_t end = std::min(path.find_first_of(".[", 1), path.size());
  const std::string key(path.substr(0, end));
  path.remove_prefix(end);
  return key;
}

Node tree() {
  Node root;
  for (const Metric& metric : metric_table()) {
    Node* node = &root;
    for (std::string_view path = metric.path; !path.empty();) {
      std::string key = take_key(path);
      const bool optional = key.back() == '?';
      if (optional) key.pop_back();
      node = &node->members[key];
      node->optional |= optional;
    }
    node->metric = &metric;
  }
  return root;
}

Value type(const char* name, bool nullable) {
  Value value;
  if (nullable)
    value["type"] = Value(Value::Array{name, "null"});
  else
    value["type"] = name;
  return value;
}

Value distribution() {
  Value value = type("object", false);
  for (const char* key : {"mean", "p50", "p90", "p95", "p99", "max"}) value["properties"][key] = type("number", true);
  value["properties"]["samples"] = type("integer", false);
  value["required"] = Value(Value::Array{"samples", "mean", "p50", "p90", "p95", "p99", "max"});
  value["additionalProperties"] = false;
  return value;
}

Value leaf(const Metric& metric) {
  const bool nullable = !metric.null.empty();
  Value value = metric.shape == Shape::text           ? type("string", nullable)
                : metric.shape == Shape::count        ? type("integer", nullable)
                : metric.shape == Shape::distribution ? distribution()
                                                      : type("number", nullable);
  value["description"] = std::string(metric.what) + (metric.unit.empty() ? "" : ", in " + std::string(metric.unit));
  return value;
}

Value schema_of(const Node& node) {
  if (node.members.empty()) return leaf(*node.metric);
  if (const auto element = node.members.find("[*]"); element != node.members.end()) {
    Value value = type("array", false);
    value["items"] = schema_of(element->second);
    return value;
  }
  Value value = type("object", false);
  if (const auto any = node.members.find("*"); any != node.members.end()) {
    value["additionalProperties"] = schema_of(any->second);
    return value;
  }
  Value::Array required;
  for (const auto& [key, member] : node.members) {
    value["properties"][key] = schema_of(member);
    if (!member.optional) required.emplace_back(key);
  }
  if (!required.empty()) value["required"] = std::move(required);
  value["additionalProperties"] = false;
  return value;
}

}  // namespace

std::string results_schema() {
  Value value = schema_of(tree());
  value["$schema"] = "http://json-schema.org/draft-07/schema#";
  value["title"] = "results.json of takt run";
  value["properties"]["schema"]["enum"] = Value(Value::Array{Value(schema)});
  return value.json();
}

}  // namespace takt::results
