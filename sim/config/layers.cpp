#include "sim/config/layers.h"

#include <algorithm>

namespace takt::config {
namespace {

constexpr const char* marks[] = {"published", "measured", "derived", "recalled", "estimated"};
constexpr const char* annotated_form = "{ value = ..., mark = \"...\", source = \"...\" }";
constexpr const char* marks_text = "one of published, measured, derived, recalled, estimated";

std::string quoted(const std::string& text) { return "'" + text + "'"; }

bool is_bare(const std::string& key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

std::string stem_and_extension(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  return slash == std::string::npos ? file : file.substr(slash + 1);
}

std::string table_key(Owner owner, const std::string& path) {
  return std::to_string(static_cast<int>(owner)) + ":" + path;
}

}  // namespace

struct Layers::Scope {
  Owner owner = Owner::scenario;
  std::string prefix;
  std::string origin;
  bool marked = false;  // every value needs mark and source
};

void Layers::add_preset(const Node& document, Owner owner, const std::string& scope) {
  const std::string file = document.place.file;
  tables_[table_key(owner, scope)] = Place{file, 0, 0, 1, {}};
  const Scope s{owner, scope.empty() ? "" : scope + ".", "preset " + file, true};
  for (const Member& member : document.members) {
    const bool relation = owner != Owner::software && (member.key == "extends" || member.key == "family");
    if (member.key != "description" && !relation) add_member(member, s.prefix + member.key, s);
  }
}

void Layers::erase(const std::string& path) {
  leaves_.erase(path);
  const std::string below = path + ".";
  auto at = leaves_.lower_bound(below);
  while (at != leaves_.end() && at->first.rfind(below, 0) == 0) at = leaves_.erase(at);
}

void Layers::add_scenario(const Node& document) {
  const std::string file = document.place.file;
  tables_[table_key(Owner::scenario, "")] = Place{file, 0, 0, 1, {}};
  const Scope s{Owner::scenario, "", "scenario " + stem_and_extension(file), false};
  for (const Member& member : document.members) {
    const bool list = member.key == "stream" || member.key == "traffic" || member.key == "fault";
    if (list) {
      add_list(member, s);
    } else {
      add_member(member, member.key, s);
    }
  }
}

void Layers::add_list(const Member& member, const Scope& scope) {
  if (member.node.kind != Kind::array) {
    throw ConfigError(member.place, name_of(member.node.kind) + (" for '" + member.key + "'"),
                      "[[" + member.key + "]] for each");
  }
  for (const Node& element : member.node.elements) {
    const Node* name = element.kind == Kind::table ? element.find("name") : nullptr;
    if (name == nullptr) throw ConfigError(element.place, "a [[" + member.key + "]] without a name", "name = \"...\"");
    if (name->kind != Kind::string || !is_bare(name->text)) {
      throw ConfigError(name->place, quoted(name->text), "a name of letters, digits, '_' and '-'");
    }
    auto& names = lists_[member.key];
    if (std::find(names.begin(), names.end(), name->text) != names.end()) {
      throw ConfigError(name->place, "a second " + member.key + " named " + quoted(name->text), "unique names");
    }
    names.push_back(name->text);
    const std::string path = member.key + "." + name->text;
    tables_[table_key(scope.owner, path)] = element.place;
    for (const Member& m : element.members) {
      if (m.key != "name") add_member(m, path + "." + m.key, scope);
    }
  }
}

void Layers::add_member(const Member& member, const std::string& path, const Scope& scope) {
  if (!is_bare(member.key)) {
    throw ConfigError(member.place, "key " + quoted(member.key), "a key of letters, digits, '_' and '-'");
  }
  if (member.node.kind == Kind::table && member.node.find("value") == nullptr && !member.node.members.empty()) {
    tables_.emplace(table_key(scope.owner, path), member.node.place);
    for (const Member& m : member.node.members) add_member(m, path + "." + m.key, scope);
    return;
  }
  const bool annotated = member.node.kind == Kind::table && !member.node.members.empty();
  if (!annotated && scope.marked) {
    throw ConfigError(member.node.place, quoted(member.key) + " without mark and source", annotated_form);
  }
  const Node& value = annotated ? *member.node.find("value") : member.node;
  add_leaf(member, value, path, scope);
}

void Layers::add_leaf(const Member& member, const Node& value, const std::string& path, const Scope& scope) {
  Leaf leaf;
  leaf.kind = value.kind;
  leaf.text = value.text;
  leaf.place = value.place;
  leaf.key_place = member.place;
  leaf.scope = scope.prefix;
  leaf.origin = scope.origin + ":" + std::to_string(value.place.line);
  if (&value != &member.node) annotate(leaf, member.node, member.key);
  leaves_[path] = std::move(leaf);
}

void Layers::annotate(Leaf& leaf, const Node& annotated, const std::string& path) const {
  for (const Member& member : annotated.members) {
    if (member.key == "value") continue;
    if (member.key != "mark" && member.key != "source") {
      throw ConfigError(member.place, "key " + quoted(member.key) + " beside a value", "value, mark and source");
    }
    if (member.node.kind != Kind::string || member.node.text.empty()) {
      throw ConfigError(member.node.place, name_of(member.node.kind), "a text for " + quoted(member.key));
    }
    (member.key == "mark" ? leaf.mark : leaf.source) = member.node.text;
    if (member.key == "mark" && std::find(std::begin(marks), std::end(marks), leaf.mark) == std::end(marks)) {
      throw ConfigError(member.node.place, "mark " + quoted(leaf.mark), marks_text);
    }
  }
  if (leaf.mark.empty()) throw ConfigError(annotated.place, quoted(path) + " without mark", marks_text);
  if (leaf.source.empty()) throw ConfigError(annotated.place, quoted(path) + " without source", annotated_form);
}

void Layers::add_override(const std::string& assignment) {
  const Place place{"--set " + assignment, 0, 0, 1, {}};
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) throw ConfigError(place, quoted(assignment), "KEY=VALUE");
  Leaf leaf;
  leaf.raw = true;
  leaf.text = assignment.substr(equals + 1);
  leaf.place = leaf.key_place = place;
  leaf.origin = "--set";
  leaves_[assignment.substr(0, equals)] = std::move(leaf);
}

void Layers::add(const Layers& upper) {
  for (const auto& [path, leaf] : upper.leaves_) leaves_[path] = leaf;
  for (const auto& [path, place] : upper.tables_) tables_[path] = place;
  for (const auto& [name, list] : upper.lists_) lists_[name] = list;
}

const Leaf* Layers::find(const std::string& path) const {
  const auto at = leaves_.find(path);
  return at == leaves_.end() ? nullptr : &at->second;
}

std::vector<std::string> Layers::names(const std::string& table) const {
  const std::string prefix = table + ".";
  std::vector<std::string> result;
  for (auto at = leaves_.lower_bound(prefix); at != leaves_.end() && at->first.rfind(prefix, 0) == 0; ++at) {
    const std::size_t dot = at->first.find('.', prefix.size());
    if (dot == std::string::npos) continue;
    std::string name = at->first.substr(prefix.size(), dot - prefix.size());
    if (std::find(result.begin(), result.end(), name) == result.end()) result.push_back(std::move(name));
  }
  std::sort(result.begin(), result.end());
  return result;
}

const std::vector<std::string>& Layers::listed(const std::string& array) const {
  static const std::vector<std::string> none;
  const auto at = lists_.find(array);
  return at == lists_.end() ? none : at->second;
}

Place Layers::missing_place(Owner owner, const std::string& prefix) const {
  for (const std::string& path : {prefix, std::string()}) {
    const auto at = tables_.find(table_key(owner, path));
    if (at != tables_.end()) return at->second;
  }
  return {};
}

}  // namespace takt::config
