// The typed key-value pairs of a GGUF header.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/import/gguf/cursor.h"

namespace takt::gguf {

// Integers and short arrays of them, and texts; all else is passed over.
class Metadata {
 public:
  // Reads `count` pairs.
  Metadata(Cursor& cursor, std::uint64_t count);

  // A text, or `fallback`.
  std::string text(const std::string& key, const std::string& fallback) const;
  // An integer from 0 to 2^32 - 1, or `fallback`; of an array, the one value that all elements have. Throws
  // graph::GraphError for any other.
  std::uint32_t number(const std::string& key, std::uint32_t fallback) const;
  // The same; throws where there is none.
  std::uint32_t required(const std::string& key) const;

 private:
  void read_value(Cursor& cursor, const std::string& key, std::uint32_t type);
  void read_array(Cursor& cursor, const std::string& key);

  std::map<std::string, std::string> texts_;
  std::map<std::string, std::vector<std::int64_t>> numbers_;
};

}  // namespace takt::gguf
