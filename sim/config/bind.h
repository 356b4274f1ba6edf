// Leaves into structs, by the key tables.
#pragma once

#include <string>
#include <vector>

#include "sim/config/keys.h"
#include "sim/config/layers.h"
#include "sim/config/load.h"

namespace takt::config {

// A key that selects a preset and binds to no member: "soc", "memory.llw.preset", "software.preset".
struct Selector {
  std::string path;
  std::string value;
  std::string origin;
};

// Throws for a leaf that no section and no selector knows.
void refuse_unknown(const Layers& layers, const std::vector<Section>& sections, const std::vector<Selector>& selectors);

// Fills every section's object. Throws for a key of the wrong type or range, and for one that is missing.
void bind(const Layers& layers, const std::vector<Section>& sections);

// What bind() did: every key in order.
std::vector<ResolvedKey> resolved_keys(const Layers& layers, const std::vector<Section>& sections);

// The words that a choice takes; none of a free text.
std::vector<std::string> choices_of(const Field& field);

// "an integer from 1 to 8", for messages and the reference.
std::string expectation(const Field& field);

// The text of a leaf that must be a string.
std::string string_of(const Leaf& leaf, const std::string& path);

// As TOML: "text", with escapes.
std::string quote_toml(const std::string& text);

}  // namespace takt::config
