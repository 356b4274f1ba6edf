#include "sim/sweep/condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <optional>
#include <sstream>

#include "sim/config/decimal.h"
#include "sim/sweep/nodes.h"

namespace takt::sweep {
namespace {

using config::ConfigError;
using config::Kind;
using config::Node;
using Integer = boost::multiprecision::cpp_int;

const std::vector<std::string> comparisons = {"==", "!=", "<", "<=", ">", ">="};

// digits x 10^-decimals.
struct Number {
  Integer digits;
  int decimals = 0;
};

// A TOML number exactly, as 0.5, 1_000, 0x10 or 2e9; nothing for what is none.
std::optional<Number> number_of(const std::string& text) {
  const config::DecimalResult whole = config::parse_decimal(text, 1);
  if (whole.status == config::DecimalStatus::not_a_number) return std::nullopt;
  Number number;
  if (whole.status == config::DecimalStatus::ok) {
    number.digits = whole.value;
    return number;
  }
  bool fraction = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] >= '0' && text[i] <= '9') {
      number.digits = number.digits * 10 + (text[i] - '0');
      number.decimals += fraction ? 1 : 0;
    }
    if (text[i] == '.') fraction = true;
    if (text[i] == 'x') return std::nullopt;  // beyond 64 bits, or negative: no key takes it
    if (text[i] != 'e' && text[i] != 'E') continue;
    number.decimals -= std::stoi(text.substr(i + 1));
    break;
  }
  if (text[0] == '-') number.digits = -number.digits;
  return number;
}

// -1, 0, 1: a is less, equal, greater.
int compared(Number a, Number b) {
  const int decimals = std::max(a.decimals, b.decimals);
  for (Number* number : {&a, &b})
    for (; number->decimals < decimals; ++number->decimals) number->digits *= 10;
  return a.digits.compare(b.digits);
}

enum class Sort { number, boolean, string, other };

Sort sort_of(const std::string& value) {
  if (number_of(value)) return Sort::number;
  if (value == "true" || value == "false") return Sort::boolean;
  return value.size() >= 2 && value.front() == '"' && value.back() == '"' ? Sort::string : Sort::other;
}

const char* name_of(Sort sort) {
  constexpr const char* names[] = {"a number", "true or false", "a string", "no single value"};
  return names[static_cast<std::size_t>(sort)];
}

std::vector<std::string> keys_of(const Values& values) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : values) keys.push_back(key);
  return keys;
}

}  // namespace

Condition::Condition(const Node& node, const Values& scenario) {
  if (node.kind != Kind::string) refuse(node, "a condition as a string: \"KEY >= VALUE\"");
  std::istringstream in(node.text);
  in >> left_ >> comparison_ >> std::ws;
  std::getline(in, right_);
  right_.erase(right_.find_last_not_of(" \t") + 1);
  if (right_.empty()) refuse(node, "KEY, comparison, and KEY or VALUE, with blanks in between");
  const auto left = scenario.find(left_), right = scenario.find(right_);
  if (left == scenario.end())
    throw ConfigError(node.place, "unknown key '" + left_ + "'",
                      "a key of the scenario's resolved.toml" + hint(left_, keys_of(scenario)));
  if (std::find(comparisons.begin(), comparisons.end(), comparison_) == comparisons.end())
    throw ConfigError(node.place, "'" + comparison_ + "'", fmt::format("one of {}", fmt::join(comparisons, " ")));
  right_is_key_ = right != scenario.end();
  const Sort one = sort_of(left->second), other = sort_of(right_is_key_ ? right->second : right_);
  if (!right_is_key_ && other == Sort::other)
    throw ConfigError(node.place, "'" + right_ + "'",
                      "a number, true, false, a string in quotes, or a key" + hint(right_, keys_of(scenario)));
  if (one != other || one == Sort::other)
    throw ConfigError(node.place, fmt::format("{} of '{}' beside {}", name_of(one), left_, name_of(other)),
                      "two numbers, two strings or two of true and false");
  if (one != Sort::number && comparison_ != "==" && comparison_ != "!=")
    throw ConfigError(node.place, "'" + comparison_ + "'", "== or != where no numbers are compared");
}

bool Condition::holds(const Values& values) const {
  const auto value = [&](const std::string& key) {
    const auto found = values.find(key);
    return found == values.end() ? std::string() : found->second;
  };
  const std::string left = value(left_), right = right_is_key_ ? value(right_) : right_;
  const std::optional<Number> one = number_of(left), other = number_of(right);
  const bool numbers = one && other;
  const int order = numbers ? compared(*one, *other) : left == right ? 0 : 1;
  if (comparison_ == "==") return order == 0;
  if (comparison_ == "!=") return order != 0;
  if (!numbers) return false;
  if (comparison_ == "<") return order < 0;
  if (comparison_ == "<=") return order <= 0;
  return comparison_ == ">" ? order > 0 : order >= 0;
}

Exclusion exclusion_of(const Node& table, const Values& scenario) {
  expect_keys(table, {"where"});
  const Node* where = table.find("where");
  if (where == nullptr) required(table, "where", Kind::string);
  if (where->kind != Kind::array) return {Condition(*where, scenario)};
  if (where->elements.empty()) refuse(*where, "at least one condition");
  Exclusion exclusion;
  for (const Node& condition : where->elements) exclusion.emplace_back(condition, scenario);
  return exclusion;
}

bool holds(const Exclusion& exclusion, const Values& values) {
  return std::all_of(exclusion.begin(), exclusion.end(),
                     [&](const Condition& condition) { return condition.holds(values); });
}

}  // namespace takt::sweep
