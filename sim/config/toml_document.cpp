// The one file that includes toml11.
#include <algorithm>
#include <cctype>
#include <map>
#include <sstream>
#include <toml.hpp>
#include <utility>

#include "sim/config/document.h"
#include "sim/config/source_text.h"

namespace takt::config {
namespace {

Place place_at(const SourceText& source, const toml::source_location& at) {
  return source.place(at.line(), at.column(), at.region());
}

Kind kind_of(const toml::value& value) {
  switch (value.type()) {
    case toml::value_t::boolean:
      return Kind::boolean;
    case toml::value_t::integer:
      return Kind::integer;
    case toml::value_t::floating:
      return Kind::decimal;
    case toml::value_t::string:
      return Kind::string;
    case toml::value_t::array:
      return Kind::array;
    case toml::value_t::table:
      return Kind::table;
    default:
      return Kind::time;
  }
}

bool is_key_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; }

// The parser keeps no place for keys: the last whole word equal to the key, left of its value or in its table's header.
Place key_place(const SourceText& source, const std::string& key, const Place& value, Kind kind) {
  const std::size_t limit = kind == Kind::table ? value.text.size() : value.column - 1;
  for (std::size_t at = value.text.rfind(key, limit); at != std::string::npos && !key.empty();
       at = at == 0 ? std::string::npos : value.text.rfind(key, at - 1)) {
    const bool left = at == 0 || !is_key_character(value.text[at - 1]);
    const bool right = at + key.size() >= value.text.size() || !is_key_character(value.text[at + key.size()]);
    if (left && right) return source.place(value.line, at + 1, key.size());
  }
  return value;
}

bool before(const Place& a, const Place& b) { return a.line != b.line ? a.line < b.line : a.column < b.column; }

Node convert(const toml::value& value, const SourceText& source) {
  Node node;
  node.kind = kind_of(value);
  node.place = place_at(source, value.location());
  switch (node.kind) {
    case Kind::string:
      node.text = value.as_string().str;
      break;
    case Kind::array:
      for (const auto& element : value.as_array()) node.elements.push_back(convert(element, source));
      break;
    case Kind::table:
      for (const auto& [key, member] : value.as_table()) {
        Member m{key, {}, convert(member, source)};
        m.place = key_place(source, key, m.node.place, m.node.kind);
        node.members.push_back(std::move(m));
      }
      std::sort(node.members.begin(), node.members.end(), [](const Member& a, const Member& b) {
        if (before(a.place, b.place) || before(b.place, a.place)) return before(a.place, b.place);
        return a.key < b.key;
      });
      break;
    default:
      node.text = node.place.text.substr(node.place.column - 1, node.place.width);
  }
  return node;
}

// The parser's text is "[error] toml::parse_x: what\n --> file\n ...": what it found, without its own picture.
std::string reason(const std::string& what) {
  std::string line = what.substr(0, what.find('\n'));
  for (const char* prefix : {"[error] ", "toml::"}) {
    if (line.rfind(prefix, 0) == 0) line.erase(0, std::string_view(prefix).size());
  }
  const std::size_t colon = line.find(": ");
  return colon == std::string::npos ? line : line.substr(colon + 2);
}

}  // namespace

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::integer:
      return "an integer";
    case Kind::decimal:
      return "a decimal number";
    case Kind::boolean:
      return "a boolean";
    case Kind::string:
      return "a string";
    case Kind::time:
      return "a date or time";
    case Kind::array:
      return "an array";
    case Kind::table:
      return "a table";
  }
  return "";
}

const Node* Node::find(std::string_view key) const {
  const auto at = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.key == key; });
  return at == members.end() ? nullptr : &at->node;
}

namespace {

Node parse(std::string_view text, const std::string& file) {
  const SourceText source(text, file);
  source.check();
  try {
    std::istringstream in{std::string(text)};
    return convert(toml::parse(in, file), source);
  } catch (const ConfigError&) {
    throw;
  } catch (const toml::exception& e) {
    Place place = place_at(source, e.location());
    place.width = 1;
    throw ConfigError(place, "text that is not TOML (" + reason(e.what()) + ")", "TOML");
  } catch (const std::exception& e) {
    throw ConfigError(source.place(1, 1, 1), "text that is not TOML (" + reason(e.what()) + ")", "TOML");
  }
}

}  // namespace

// A sweep resolves the same few files for each of its points, and parsing them is nine tenths of that: the documents of
// one point are kept for the next.
Node parse_document(std::string_view text, const std::string& file) {
  constexpr std::size_t most = 64;
  static thread_local std::map<std::pair<std::string, std::string>, Node> parsed;
  const auto key = std::make_pair(file, std::string(text));
  if (const auto found = parsed.find(key); found != parsed.end()) return found->second;
  if (parsed.size() == most) parsed.clear();
  return parsed.emplace(key, parse(text, file)).first->second;
}

}  // namespace takt::config
