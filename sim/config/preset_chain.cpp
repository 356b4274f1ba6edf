#include "sim/config/preset_chain.h"

#include <algorithm>

namespace takt::config {
namespace {

constexpr std::size_t longest_chain = 8;

// The value of `extends`, or null.
const Node* extended(const Node& document) {
  const Node* name = document.find("extends");
  if (name != nullptr && name->kind != Kind::string) {
    throw ConfigError(name->place, name_of(name->kind) + std::string(" for 'extends'"), "the name or file of a preset");
  }
  return name;
}

}  // namespace

std::vector<Node> open_chain(FileKind kind, const std::string& name, const std::string& folder, const Place& where) {
  std::vector<Node> chain;
  std::vector<std::string> files;
  std::string next = name, from = folder;
  Place asked = where;
  while (true) {
    const ConfigFile file = open_config(kind, next, from, asked);
    if (std::find(files.begin(), files.end(), file.file) != files.end()) {
      throw ConfigError(asked, "'" + next + "', which extends this preset in turn",
                        "presets that end in a complete one");
    }
    if (files.size() == longest_chain) {
      throw ConfigError(asked, "a chain of more than " + std::to_string(longest_chain) + " presets", "a shorter one");
    }
    files.push_back(file.file);
    chain.push_back(parse_document(file.text, file.file));
    const Node* up = extended(chain.back());
    if (up == nullptr) return chain;
    next = up->text;
    asked = up->place;
    from = file.folder;
  }
}

bool is_family(const Node& document) {
  const Node* family = document.find("family");
  if (family == nullptr) return false;
  if (family->kind != Kind::boolean) {
    throw ConfigError(family->place, name_of(family->kind) + std::string(" for 'family'"), "true or false");
  }
  return family->text == "true";
}

}  // namespace takt::config
