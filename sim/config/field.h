// One row of a key table: how a key of a configuration file reaches a struct's member. The tables are data
// (npu_keys.cpp, memory_keys.cpp, ...); reading, --set, resolved.toml, the hash and the estimates all walk them.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

namespace takt::config {

// Stored units per unit of the key.
constexpr std::uint64_t one = 1;
constexpr std::uint64_t ns_in_ps = 1000;
constexpr std::uint64_t ms_in_ps = 1000000000;
constexpr std::uint64_t per_s_in_millihertz = 1000;
constexpr std::uint64_t in_permille = 1000;
constexpr std::uint64_t pj_in_aj = 1000000;
constexpr std::uint64_t mw_in_uw = 1000;
constexpr std::uint64_t ma_in_ua = 1000;
constexpr std::uint64_t uj_in_j = 1000000;
constexpr std::uint64_t usd_in_microdollars = 1000000;
constexpr std::uint64_t kib_in_bytes = 1024;
constexpr std::uint64_t mib_in_bytes = 1024 * 1024;

// Inclusive, in the key's unit.
struct Range {
  std::uint64_t least;
  std::uint64_t most;
};

enum class FieldType { number, boolean, choice, text };

struct Field {
  std::string_view name;  // the last part of the path, with its unit
  FieldType type = FieldType::number;
  std::uint64_t unit = one;  // one: integers only
  Range range{0, 0};
  std::string_view choices;        // "a|b|c"; for a text without choices: empty
  const char* fallback = nullptr;  // value where the file has none; null: the key must be given
  std::string_view mark;           // how well the fallback is known, as in a preset; empty: no figure of a chip
  std::string_view source;         // where it comes from
  bool behaviour = true;           // can change what is simulated
  std::string_view what;           // one line for the reference
  std::uint64_t (*get)(const void*) = nullptr;
  void (*set)(void*, std::uint64_t) = nullptr;
  const std::string& (*get_text)(const void*) = nullptr;
  std::string& (*text)(void*) = nullptr;
};

namespace detail {

template <class T>
struct MemberOf;
template <class Owner, class Value>
struct MemberOf<Value Owner::*> {
  using owner = Owner;
  using value = Value;
};

template <class T>
constexpr auto& reach(T& object) {
  return object;
}
template <class T, class First, class... Rest>
constexpr auto& reach(T& object, First first, Rest... rest) {
  return reach(object.*first, rest...);
}

template <auto First, auto... Rest>
struct Path {
  using Owner = typename MemberOf<decltype(First)>::owner;
  static auto& of(void* object) { return reach(*static_cast<Owner*>(object), First, Rest...); }
  static const auto& of(const void* object) { return reach(*static_cast<const Owner*>(object), First, Rest...); }
  using Value = std::remove_reference_t<decltype(of(static_cast<void*>(nullptr)))>;

  static std::uint64_t get(const void* object) { return static_cast<std::uint64_t>(of(object)); }
  static void set(void* object, std::uint64_t value) { of(object) = static_cast<Value>(value); }
  static const std::string& get_text(const void* object) { return of(object); }
  static std::string& text(void* object) { return of(object); }
};

}  // namespace detail

// A number of `unit`s. The table does not compile where the range does not fit the member.
template <auto... Members>
constexpr Field number(std::string_view name, std::uint64_t unit, Range range, std::string_view what,
                       const char* fallback = nullptr) {
  using P = detail::Path<Members...>;
  if (range.most > std::numeric_limits<typename P::Value>::max() / unit) throw "range exceeds the member";
  Field field;
  field.name = name;
  field.unit = unit;
  field.range = range;
  field.what = what;
  field.fallback = fallback;
  field.get = P::get;
  field.set = P::set;
  return field;
}

// true or false.
template <auto... Members>
constexpr Field boolean(std::string_view name, std::string_view what, const char* fallback = nullptr) {
  using P = detail::Path<Members...>;
  Field field;
  field.name = name;
  field.type = FieldType::boolean;
  field.what = what;
  field.fallback = fallback;
  field.get = P::get;
  field.set = P::set;
  return field;
}

// One of `choices`, numbered from 0 in an enumeration, or kept as text in a string.
template <auto... Members>
constexpr Field choice(std::string_view name, std::string_view choices, std::string_view what,
                       const char* fallback = nullptr) {
  using P = detail::Path<Members...>;
  Field field;
  field.name = name;
  field.choices = choices;
  field.what = what;
  field.fallback = fallback;
  if constexpr (std::is_same_v<typename P::Value, std::string>) {
    field.type = FieldType::text;
    field.get_text = P::get_text;
    field.text = P::text;
  } else {
    field.type = FieldType::choice;
    field.get = P::get;
    field.set = P::set;
  }
  return field;
}

// Free text.
template <auto... Members>
constexpr Field text(std::string_view name, std::string_view what, const char* fallback = nullptr) {
  Field field = choice<Members...>(name, {}, what, fallback);
  return field;
}

// The same row for a key that changes no simulated behaviour.
constexpr Field descriptive(Field field) {
  field.behaviour = false;
  return field;
}

// The same row for a fallback that is a figure of a phone's chip.
constexpr Field known(Field field, std::string_view mark, std::string_view source) {
  field.mark = mark;
  field.source = source;
  return field;
}

// A key table.
struct Fields {
  const Field* rows = nullptr;
  std::size_t count = 0;
  const Field* begin() const { return rows; }
  const Field* end() const { return rows + count; }
};

template <std::size_t N>
constexpr Fields table(const Field (&rows)[N]) {
  return {rows, N};
}

}  // namespace takt::config
