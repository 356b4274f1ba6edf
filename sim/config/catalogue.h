// Every key that a scenario may give, whether or not a configuration has it: for people and for editors.
#pragma once

#include <string>
#include <vector>

#include "sim/config/keys.h"

namespace takt::config {

// A key where its instances have no name yet: "stream.<name>.period_us".
struct CatalogueKey {
  std::string table;  // what stands in brackets before it: "stream.<name>"; empty: none
  std::string kind;   // of the traffic that has it; empty: every kind
  Field field;
  Owner owner;
  bool may_be_absent = false;  // without a default: then the keys that say "with" it are none
};

std::string path_of(const CatalogueKey& key);

// In the order of resolved.toml.
std::vector<CatalogueKey> catalogue();

// What a key takes, in a few words: "0 .. 1 000 000, decimals".
std::string values_of(const Field& field);

// Where no file gives it: "25", "required", or "of the preset" for keys that presets must have. A figure of a chip ends
// with the first letter of its mark: "1440 d".
std::string default_of(const CatalogueKey& key);

// JSON Schema of scenario files, draft 4, which TOML language servers read.
std::string scenario_schema();

}  // namespace takt::config
