#include "sim/import/gguf/metadata.h"

#include <limits>

#include "sim/graph/error.h"

namespace takt::gguf {
namespace {

enum Type : std::uint32_t { u8, i8, u16, i16, u32, i32, f32, boolean, string, array, u64, i64, f64, types };

constexpr std::uint64_t bytes_of_type[types] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
constexpr std::uint64_t most_layers = 4096;  // longer arrays say nothing of the shape

std::int64_t integer(Cursor& cursor, std::uint32_t type, const char* what) {
  switch (type) {
    case u8:
    case boolean:
      return cursor.value<std::uint8_t>(what);
    case i8:
      return cursor.value<std::int8_t>(what);
    case u16:
      return cursor.value<std::uint16_t>(what);
    case i16:
      return cursor.value<std::int16_t>(what);
    case u32:
      return cursor.value<std::uint32_t>(what);
    case i32:
      return cursor.value<std::int32_t>(what);
    case u64: {
      const std::uint64_t value = cursor.value<std::uint64_t>(what);
      const auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
      return value > most ? -1 : static_cast<std::int64_t>(value);
    }
    default:
      return cursor.value<std::int64_t>(what);
  }
}

bool is_integer(std::uint32_t type) {
  return type < types && type != f32 && type != f64 && type != string && type != array;
}

}  // namespace

Metadata::Metadata(Cursor& cursor, std::uint64_t count) {
  constexpr std::uint64_t least = 8 + 4 + 1;  // bytes of a pair
  if (count > cursor.left() / least) cursor.refuse(std::to_string(count) + " pairs", "as many as fit into the file");
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string key = cursor.text("a key");
    read_value(cursor, key, cursor.value<std::uint32_t>("a type"));
  }
}

void Metadata::read_value(Cursor& cursor, const std::string& key, std::uint32_t type) {
  if (type == string) {
    if (key.rfind("general.", 0) == 0) {
      texts_[key] = cursor.text("a text");
    } else {
      cursor.skip_text("a text");
    }
  } else if (type == array) {
    read_array(cursor, key);
  } else if (is_integer(type)) {
    numbers_[key] = {integer(cursor, type, "an integer")};
  } else if (type < types) {
    cursor.skip(bytes_of_type[type], "a number");
  } else {
    cursor.refuse("type " + std::to_string(type) + " of key '" + key + "'", "0 to 12");
  }
}

void Metadata::read_array(Cursor& cursor, const std::string& key) {
  const std::uint32_t type = cursor.value<std::uint32_t>("a type");
  const std::uint64_t count = cursor.value<std::uint64_t>("a length");
  if (type >= types || type == array) {
    cursor.refuse("an array of type " + std::to_string(type) + " of key '" + key + "'", "0 to 12 without 9");
  }
  const std::uint64_t least = type == string ? 8 : bytes_of_type[type];
  if (count > cursor.left() / least) {
    cursor.refuse(std::to_string(count) + " elements of key '" + key + "'", "as many as fit into the file");
  }
  if (type == string) {
    for (std::uint64_t i = 0; i < count; ++i) cursor.skip_text("a text");
  } else if (is_integer(type) && count <= most_layers) {
    std::vector<std::int64_t>& values = numbers_[key];
    values.clear();
    for (std::uint64_t i = 0; i < count; ++i) values.push_back(integer(cursor, type, "an integer"));
  } else {
    cursor.skip(count * bytes_of_type[type], "an array");
  }
}

std::string Metadata::text(const std::string& key, const std::string& fallback) const {
  const auto found = texts_.find(key);
  return found == texts_.end() ? fallback : found->second;
}

std::uint32_t Metadata::number(const std::string& key, std::uint32_t fallback) const {
  const auto found = numbers_.find(key);
  if (found == numbers_.end() || found->second.empty()) return fallback;
  const std::int64_t value = found->second.front();
  for (const std::int64_t other : found->second) {
    if (other != value) {
      throw graph::GraphError("found " + std::to_string(value) + " and " + std::to_string(other) + " in '" + key +
                              "', expected the same for all layers");
    }
  }
  if (value < 0 || value > std::numeric_limits<std::uint32_t>::max()) {
    throw graph::GraphError("found " + std::to_string(value) + " for '" + key + "', expected 0 to 4294967295");
  }
  return static_cast<std::uint32_t>(value);
}

std::uint32_t Metadata::required(const std::string& key) const {
  if (numbers_.count(key) == 0) throw graph::GraphError("found no key '" + key + "', expected an integer");
  return number(key, 0);
}

}  // namespace takt::gguf
