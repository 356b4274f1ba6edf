#include "sim/config/bind.h"

#include <algorithm>
#include <set>

#include "sim/config/decimal.h"
#include "sim/config/suggest.h"

namespace takt::config {
namespace {

std::string found(const Leaf& leaf) {
  if (leaf.raw) return "'" + leaf.text + "'";
  if (leaf.kind == Kind::string) return "the string \"" + leaf.text + "\"";
  if (leaf.kind == Kind::array || leaf.kind == Kind::table) return name_of(leaf.kind);
  return std::string(name_of(leaf.kind)) + ", " + leaf.text;
}

[[noreturn]] void refuse(const Leaf& leaf, const std::string& path, const std::string& what, const std::string& hint) {
  throw ConfigError(leaf.place, what + " for '" + path.substr(leaf.scope.size()) + "'", hint);
}

std::uint64_t number_of(const Leaf& leaf, const Field& field, const std::string& path) {
  const bool numeric = leaf.raw || leaf.kind == Kind::integer || leaf.kind == Kind::decimal;
  const DecimalResult r = numeric ? parse_decimal(leaf.text, field.unit) : DecimalResult{};
  const bool whole = field.unit != one || leaf.raw || leaf.kind == Kind::integer;
  if (r.status == DecimalStatus::ok && whole && r.value >= field.range.least * field.unit &&
      r.value <= field.range.most * field.unit) {
    return r.value;
  }
  std::string hint = expectation(field);
  if (r.status == DecimalStatus::too_fine && field.unit != one) hint += " with fewer decimals";
  refuse(leaf, path, found(leaf), hint);
}

std::uint64_t boolean_of(const Leaf& leaf, const Field& field, const std::string& path) {
  const bool known = leaf.text == "true" || leaf.text == "false";
  if (!known || !(leaf.raw || leaf.kind == Kind::boolean)) refuse(leaf, path, found(leaf), expectation(field));
  return leaf.text == "true";
}

// The text of a leaf for a choice or text field. --set may quote it or not.
std::string text_of(const Leaf& leaf, const Field& field, const std::string& path) {
  if (!leaf.raw && leaf.kind != Kind::string) refuse(leaf, path, found(leaf), expectation(field));
  std::string text = leaf.text;
  if (leaf.raw && text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  const std::vector<std::string> choices = choices_of(field);
  if (!choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end()) {
    const std::string near = nearest(text, choices);
    refuse(leaf, path, found(leaf), expectation(field) + (near.empty() ? "" : " (nearest '" + near + "')"));
  }
  return text;
}

void assign(const Leaf& leaf, const Field& field, const std::string& path, void* object) {
  switch (field.type) {
    case FieldType::number:
      field.set(object, number_of(leaf, field, path));
      return;
    case FieldType::boolean:
      field.set(object, boolean_of(leaf, field, path));
      return;
    case FieldType::text:
      field.text(object) = text_of(leaf, field, path);
      return;
    case FieldType::choice: {
      const std::vector<std::string> choices = choices_of(field);
      const auto at = std::find(choices.begin(), choices.end(), text_of(leaf, field, path));
      field.set(object, static_cast<std::uint64_t>(at - choices.begin()));
    }
  }
}

Leaf fallback_leaf(const Field& field) {
  Leaf leaf;
  leaf.raw = true;
  leaf.text = field.fallback;
  leaf.origin = "default";
  return leaf;
}

std::string value_of(const Field& field, const void* object) {
  switch (field.type) {
    case FieldType::number:
      return format_decimal(field.get(object), field.unit);
    case FieldType::boolean:
      return field.get(object) != 0 ? "true" : "false";
    case FieldType::text:
      return quote_toml(field.get_text(object));
    case FieldType::choice:
      return quote_toml(choices_of(field).at(field.get(object)));
  }
  return {};
}

// Whether keys stand below the path.
bool is_table(const std::string& path, const std::set<std::string>& known) {
  const auto below = known.lower_bound(path + ".");
  return below != known.end() && below->rfind(path + ".", 0) == 0;
}

// Candidates as the file at hand would write them.
[[noreturn]] void refuse_key(const std::string& path, const Leaf& leaf, const std::set<std::string>& known) {
  const std::string written = path.substr(leaf.scope.size());
  std::vector<std::string> candidates;
  for (const std::string& candidate : known) {
    if (candidate.rfind(leaf.scope, 0) == 0) candidates.push_back(candidate.substr(leaf.scope.size()));
  }
  if (is_table(path, known)) {
    throw ConfigError(leaf.place, found(leaf) + " for '" + written + "'", "a table of keys");
  }
  const std::string near = nearest(written, candidates);
  std::string expected = "a key of this configuration";
  if (same_but_unit(written, near))
    expected = "'" + near + "', which is in another unit";
  else if (!near.empty())
    expected += " (nearest '" + near + "')";
  throw ConfigError(leaf.key_place, "unknown key '" + written + "'", expected);
}

}  // namespace

std::vector<std::string> choices_of(const Field& field) {
  std::vector<std::string> list;
  for (std::string_view choices = field.choices; !choices.empty();) {
    const std::size_t bar = std::min(choices.find('|'), choices.size());
    list.emplace_back(choices.substr(0, bar));
    choices.remove_prefix(std::min(bar + 1, choices.size()));
  }
  return list;
}

std::string expectation(const Field& field) {
  if (field.type == FieldType::boolean) return "true or false";
  if (field.type == FieldType::number) {
    return std::string(field.unit == one ? "an integer" : "a number") + " from " + std::to_string(field.range.least) +
           " to " + std::to_string(field.range.most);
  }
  const std::vector<std::string> choices = choices_of(field);
  if (choices.empty()) return "a string";
  std::string text = choices.size() == 1 ? "" : "one of ";
  for (std::size_t i = 0; i < choices.size(); ++i) text += (i == 0 ? "" : ", ") + quote_toml(choices[i]);
  return text;
}

std::string quote_toml(const std::string& text) {
  constexpr const char* hex = "0123456789abcdef";
  std::string result = "\"";
  for (const char c : text) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') result += '\\';
    if (byte < 0x20 || byte == 0x7f) {
      result += std::string("\\u00") + hex[byte >> 4] + hex[byte & 15];
    } else {
      result += c;
    }
  }
  return result + "\"";
}

std::string string_of(const Leaf& leaf, const std::string& path) {
  Field field;
  field.type = FieldType::text;
  return text_of(leaf, field, path);
}

void refuse_unknown(const Layers& layers, const std::vector<Section>& sections,
                    const std::vector<Selector>& selectors) {
  std::set<std::string> known;
  for (const Section& section : sections) {
    for (const Field& field : section.fields) known.insert(path_of(section, field));
  }
  for (const Selector& selector : selectors) known.insert(selector.path);
  for (const auto& [path, leaf] : layers.leaves()) {
    const bool empty_table = leaf.kind == Kind::table && is_table(path, known);
    if (known.count(path) == 0 && !empty_table) refuse_key(path, leaf, known);
  }
}

void bind(const Layers& layers, const std::vector<Section>& sections) {
  for (const Section& section : sections) {
    for (const Field& field : section.fields) {
      const std::string path = path_of(section, field);
      const Leaf* leaf = layers.find(path);
      if (leaf == nullptr && field.fallback == nullptr) {
        throw ConfigError(layers.missing_place(section.owner, section.prefix),
                          "no key '" + path + "' (" + std::string(field.what) + ")", expectation(field));
      }
      assign(leaf == nullptr ? fallback_leaf(field) : *leaf, field, path, section.object);
    }
  }
}

std::vector<ResolvedKey> resolved_keys(const Layers& layers, const std::vector<Section>& sections) {
  std::vector<ResolvedKey> keys;
  for (const Section& section : sections) {
    for (const Field& field : section.fields) {
      ResolvedKey key;
      key.path = path_of(section, field);
      key.value = value_of(field, section.object);
      key.behaviour = field.behaviour;
      const Leaf* leaf = layers.find(key.path);
      key.origin = leaf == nullptr ? "default" : leaf->origin;
      key.mark = leaf == nullptr ? std::string(field.mark) : leaf->mark;
      key.source = leaf == nullptr ? std::string(field.source) : leaf->source;
      keys.push_back(std::move(key));
    }
  }
  return keys;
}

}  // namespace takt::config
