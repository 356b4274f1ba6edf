// Values by key path, from files and --set. What is added later replaces what was there.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/config/document.h"
#include "sim/config/keys.h"

namespace takt::config {

struct Leaf {
  Kind kind = Kind::string;
  std::string text;  // as Node::text
  bool raw = false;  // from --set: `text` is whatever stood behind the '='
  Place place;       // of the value
  Place key_place;
  std::string scope;   // what the file's own keys lack of the path: "memory.llw."
  std::string origin;  // "preset soc/exynos-llw-like.toml:12", "scenario default.toml:8", "--set"
  std::string mark;    // empty where none is given
  std::string source;
};

class Layers {
 public:
  // A preset file, its keys under `scope`. Every value must stand as { value = ..., mark = "...", source = "..." }.
  void add_preset(const Node& document, Owner owner, const std::string& scope);

  // A scenario file: plain values, or the same form as in a preset.
  void add_scenario(const Node& document);

  // Takes away the leaf at a path and all below it.
  void erase(const std::string& path);

  // "key=value".
  void add_override(const std::string& assignment);

  // Everything of `upper` over what is here.
  void add(const Layers& upper);

  // The leaf at a path, or null.
  const Leaf* find(const std::string& path) const;
  const std::map<std::string, Leaf>& leaves() const { return leaves_; }

  // Names of [memory.<name>] and the like, sorted; of [[stream]] and [[traffic]], in the order of the file.
  std::vector<std::string> names(const std::string& table) const;
  const std::vector<std::string>& listed(const std::string& array) const;

  // Where a table that lacks a key begins; the owner's file where it has no such table.
  Place missing_place(Owner owner, const std::string& prefix) const;

 private:
  struct Scope;
  void add_table(const Node& table, const std::string& path, const Scope& scope);
  void add_member(const Member& member, const std::string& path, const Scope& scope);
  void add_list(const Member& member, const Scope& scope);
  void add_leaf(const Member& member, const Node& value, const std::string& path, const Scope& scope);
  void annotate(Leaf& leaf, const Node& annotated, const std::string& path) const;

  std::map<std::string, Leaf> leaves_;
  std::map<std::string, Place> tables_;  // by owner and path
  std::map<std::string, std::vector<std::string>> lists_;
};

}  // namespace takt::config
