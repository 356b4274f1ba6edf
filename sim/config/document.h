// A TOML file as a light tree: every value with the place it was written at. Only toml_document.cpp knows the parser.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/config/config_error.h"

namespace takt::config {

enum class Kind { integer, decimal, boolean, string, time, array, table };

// "an integer", "a table", ...
const char* name_of(Kind kind);

struct Member;

struct Node {
  Kind kind = Kind::table;
  std::string text;  // a number or boolean as written; a string's contents
  Place place;
  std::vector<Member> members;  // of a table, in the order of the file
  std::vector<Node> elements;   // of an array

  const Node* find(std::string_view key) const;
};

struct Member {
  std::string key;
  Place place;  // of the key
  Node node;
};

// Throws ConfigError for text that is not TOML, and for what SourceText::check() refuses.
Node parse_document(std::string_view text, const std::string& file);

}  // namespace takt::config
