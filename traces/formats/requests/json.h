// JSON with places, for files whose errors name line and column. Beyond the standard, as rt-app's files have it:
// comments, a comma behind the last element, keys that stand several times in an object (in their order).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "traces/formats/memory/error.h"

namespace takt::traces {

struct JsonMember;

struct JsonValue {
  enum class Kind { null, boolean, number, string, array, object };

  Kind kind = Kind::null;
  std::string text;  // of a number as the file writes it; of a string without quotes and escapes; "true", "false"
  std::vector<JsonValue> elements;
  std::vector<JsonMember> members;
  TracePlace place;

  // The first member of that name, or null.
  const JsonValue* find(std::string_view key) const;
};

struct JsonMember {
  std::string key;
  TracePlace place;
  JsonValue value;
};

// "a string", "an array", ...
const char* name_of(JsonValue::Kind kind);

// `text` whole; `file` is named in errors. Throws MemoryTraceError. Nesting ends at 64.
JsonValue parse_json(std::string_view text, const std::string& file);

// The file's bytes, at most 64 MiB. Throws MemoryTraceError.
std::string read_whole(const std::string& path, const std::string& expected);

// Readers of one value each: throw MemoryTraceError at its place where it is of another kind or out of range.
// `what` names it: "'period'".
const JsonValue& expect(const JsonValue& value, JsonValue::Kind kind, const std::string& what);
std::int64_t integer_of(const JsonValue& value, const std::string& what, std::int64_t least, std::int64_t most);
// In thousandths, 0 to most; more decimals are refused.
std::uint64_t thousandths_of(const JsonValue& value, const std::string& what, std::uint64_t most);

}  // namespace takt::traces
