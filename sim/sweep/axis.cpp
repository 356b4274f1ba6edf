#include "sim/sweep/axis.h"

#include <fmt/format.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>

#include "sim/sweep/nodes.h"

namespace takt::sweep {
namespace {

using config::Kind;
using config::Node;

constexpr std::int64_t greatest = 1'000'000'000'000;
constexpr std::int64_t most_steps = 10000, most_logarithmic_steps = 1000;

std::vector<std::string> linear(std::int64_t from, std::int64_t to, std::int64_t steps) {
  std::vector<std::string> values;
  for (std::int64_t i = 0; i < steps; ++i) values.push_back(std::to_string(from + (to - from) * i / (steps - 1)));
  return values;
}

std::vector<std::string> range(const Node& table) {
  expect_keys(table, {"key", "from", "to", "steps", "spacing"});
  const Node* spacing = table.find("spacing");
  const bool log = spacing != nullptr && spacing->kind == Kind::string && spacing->text == "logarithmic";
  if (spacing != nullptr && !log && (spacing->kind != Kind::string || spacing->text != "linear"))
    refuse(*spacing, "\"linear\" or \"logarithmic\"");
  const std::int64_t least = log ? 1 : -greatest;
  const std::int64_t from = integer(required(table, "from", Kind::integer), least, greatest);
  const std::int64_t to = integer(required(table, "to", Kind::integer), least, greatest);
  const std::int64_t steps =
      integer(required(table, "steps", Kind::integer), 2, log ? most_logarithmic_steps : most_steps);
  return log ? logarithmic(from, to, steps) : linear(from, to, steps);
}

const Node& list_of_values(const Node& table) {
  const Node& values = required(table, "values", Kind::array);
  if (values.elements.empty()) refuse(values, "an array with at least one value");
  return values;
}

Axis linked(const Node& table) {
  expect_keys(table, {"keys", "values"});
  Axis axis;
  const Node& keys = required(table, "keys", Kind::array);
  for (const Node& key : keys.elements) {
    if (key.kind != Kind::string) refuse(key, "a key, as a string");
    axis.keys.push_back(&key);
  }
  if (axis.keys.empty()) refuse(keys, "at least one key");
  for (const Node& row : list_of_values(table).elements) {
    if (row.kind != Kind::array) refuse(row, fmt::format("an array of {} values, one for each key", axis.keys.size()));
    if (row.elements.size() != axis.keys.size())
      throw config::ConfigError(row.place, fmt::format("{} values", row.elements.size()),
                                fmt::format("{}, one for each key", axis.keys.size()));
    std::vector<std::string> values;
    for (const Node& value : row.elements) values.push_back(toml_of(value));
    axis.values.push_back(std::move(values));
  }
  return axis;
}

}  // namespace

// The value v has v - 1/2 <= (from^(n-i) to^i)^(1/n) < v + 1/2: a guess in floating point, made right in integers, so
// that points are the same on every machine.
std::vector<std::string> logarithmic(std::int64_t from, std::int64_t to, std::int64_t steps) {
  using boost::multiprecision::cpp_int;
  const auto n = static_cast<unsigned>(steps - 1);
  std::vector<std::string> values;
  for (unsigned i = 0; i <= n; ++i) {
    const cpp_int power = (pow(cpp_int(from), n - i) * pow(cpp_int(to), i)) << n;  // (2 x exact)^n
    const auto at_most = [&](std::int64_t twice) { return pow(cpp_int(twice), n) <= power; };
    auto value = static_cast<std::int64_t>(
        std::round(static_cast<double>(from) * std::pow(static_cast<double>(to) / static_cast<double>(from),
                                                        static_cast<double>(i) / static_cast<double>(n))));
    while (!at_most(2 * value - 1)) --value;
    while (at_most(2 * value + 1)) ++value;
    values.push_back(std::to_string(value));
  }
  return values;
}

Axis axis_of(const Node& table) {
  expect_keys(table, {"key", "keys", "values", "from", "to", "steps", "spacing"});
  if (table.find("keys") != nullptr) return linked(table);
  Axis axis;
  axis.keys.push_back(&required(table, "key", Kind::string));
  std::vector<std::string> values;
  if (table.find("values") != nullptr) {
    expect_keys(table, {"key", "values"});
    for (const Node& value : list_of_values(table).elements) values.push_back(toml_of(value));
  } else {
    values = range(table);
  }
  for (std::string& value : values) axis.values.push_back({std::move(value)});
  return axis;
}

}  // namespace takt::sweep
