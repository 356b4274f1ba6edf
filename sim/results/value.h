// The tree that becomes results.json. Every number is an integer or an exact decimal, so that equal runs give equal
// bytes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace takt::results {

// digits / 10^places.
struct Decimal {
  unsigned __int128 digits = 0;
  unsigned places = 0;
};

// Without trailing zeros behind the point: {1500, 3} is "1.5", {2000, 3} is "2".
std::string to_text(Decimal d);

// For display and for rates of change only.
double to_double(Decimal d);

class Value {
 public:
  using Array = std::vector<Value>;
  using Object = std::map<std::string, Value>;  // sorted

  Value() = default;  // null
  Value(std::nullptr_t) {}
  Value(bool b) : data_(b) {}
  Value(std::uint64_t n) : data_(n) {}
  Value(std::uint32_t n) : data_(std::uint64_t{n}) {}
  Value(Decimal d) : data_(d) {}
  Value(std::string s) : data_(std::move(s)) {}
  Value(const char* s) : data_(std::string(s)) {}
  Value(Array a) : data_(std::move(a)) {}
  Value(Object o) : data_(std::move(o)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }

  // The member of that name; makes this an object, and the member null, where they are not yet.
  Value& operator[](const std::string& key);
  // The member of that name of an object; throws std::out_of_range.
  const Value& at(const std::string& key) const;

  // RFC 8259, UTF-8, keys sorted, two blanks of indentation, a line feed at the end.
  std::string json() const;

 private:
  void append(std::string& text, unsigned depth) const;

  std::variant<std::monostate, bool, std::uint64_t, Decimal, std::string, Array, Object> data_;
};

}  // namespace takt::results
