#include <nlohmann/json.hpp>

#include "sim/config/bind.h"
#include "sim/config/catalogue.h"

namespace takt::config {
namespace {

using Json = nlohmann::ordered_json;

Json plain(const Field& field) {
  if (field.type == FieldType::boolean) return {{"type", "boolean"}};
  if (field.type == FieldType::number)
    return {{"type", field.unit == one ? "integer" : "number"},
            {"minimum", field.range.least},
            {"maximum", field.range.most}};
  const std::vector<std::string> choices = choices_of(field);
  return choices.empty() ? Json{{"type", "string"}} : Json{{"enum", choices}};
}

// A value stands alone, or with what is known of it, as in presets.
Json value_schema(const CatalogueKey& key) {
  const Json value = plain(key.field);
  const Json known = {
      {"type", "object"},
      {"properties", {{"value", value}, {"mark", {{"$ref", "#/definitions/mark"}}}, {"source", {{"type", "string"}}}}},
      {"required", {"value"}},
      {"additionalProperties", false}};
  std::string what(key.field.what);
  if (!key.kind.empty()) what = "kind " + key.kind + ": " + what;
  return {{"description", what + " (" + values_of(key.field) + "; default: " + default_of(key) + ")"},
          {"anyOf", {value, known}}};
}

void require(Json& table, const std::string& name) {
  if (!table.contains("required")) table["required"] = Json::array();
  table["required"].push_back(name);
}

void close(Json& table) {
  if (table.contains("additionalProperties")) return;
  table["type"] = "object";
  table["additionalProperties"] = false;
}

// What stands at the place of a name: a table of [memory.<name>], or of the array [[stream]].
Json& named(Json& parent, bool listed) {
  if (!listed) {
    Json& instances = parent["additionalProperties"];
    if (instances.is_boolean()) instances = Json::object();
    return instances;
  }
  parent["type"] = "array";
  Json& item = parent["items"];
  if (item.is_null()) {
    item["properties"]["name"] = {{"type", "string"}, {"description", "its own among those of the file"}};
    require(item, "name");
  }
  return item;
}

// The schema of the table at a path like "noc.port.<name>", made where it is not there yet.
Json& table_at(Json& root, std::string_view path) {
  Json* at = &root;
  std::string before;
  while (!path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    const std::string part(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
    at = part == "<name>" ? &named(*at, is_listed(before)) : &(*at)["properties"][part];
    if (part == "<name>" || !is_listed(part)) close(*at);
    before = part;
  }
  return *at;
}

// Kinds of traffic have keys of the same name with other ranges.
void add(Json& properties, const std::string& name, const CatalogueKey& key) {
  Json value = value_schema(key);
  if (!properties.contains(name)) {
    properties[name] = std::move(value);
    return;
  }
  Json& known = properties[name];
  known["description"] = known["description"].get<std::string>() + "; " + value["description"].get<std::string>();
  for (Json& alternative : value["anyOf"]) known["anyOf"].push_back(std::move(alternative));
}

}  // namespace

std::string scenario_schema() {
  Json root = {{"$schema", "http://json-schema.org/draft-04/schema#"}, {"title", "takt scenario"}};
  close(root);
  for (const CatalogueKey& key : catalogue()) {
    const std::string path = path_of(key);
    const std::size_t dot = path.rfind('.');
    const std::string name = path.substr(dot == std::string::npos ? 0 : dot + 1);
    Json& table = table_at(root, std::string_view(path).substr(0, dot == std::string::npos ? 0 : dot));
    add(table["properties"], name, key);
    if (default_of(key) == "required" && key.kind.empty()) require(table, name);
  }
  require(root, "firmware");
  root["definitions"]["mark"] = {{"enum", {"published", "measured", "derived", "recalled", "estimated"}}};
  return root.dump(2) + "\n";
}

}  // namespace takt::config
