// Refusing one key of a configuration for what other keys say.
#pragma once

#include <string>

#include "sim/config/decimal.h"
#include "sim/config/field.h"
#include "sim/config/layers.h"

namespace takt::config {

constexpr bool is_power_of_two(std::uint64_t n) { return n != 0 && (n & (n - 1)) == 0; }

inline std::string text(std::uint64_t n) { return std::to_string(n); }

// The keys below one prefix. All members throw ConfigError at the key where the condition does not hold.
class Blame {
 public:
  Blame(const Layers& layers, std::string prefix) : layers_(layers), prefix_(std::move(prefix)) {}

  void require(bool holds, const std::string& key, const std::string& found, const std::string& expected) const {
    if (holds) return;
    const std::string path = prefix_.empty() ? key : prefix_ + "." + key;
    const Leaf* leaf = layers_.find(path);
    if (leaf == nullptr) {
      throw ConfigError(layers_.missing_place(Owner::scenario, prefix_), "no key '" + path + "'", expected);
    }
    throw ConfigError(leaf->place, found + " for '" + path + "'", expected);
  }
  void power_of_two(std::uint64_t n, const std::string& key) const {
    require(is_power_of_two(n), key, text(n), "a power of two");
  }
  // `lesser` <= `greater`, both in stored units; blames the key of `lesser`.
  void at_most(std::uint64_t lesser, std::uint64_t greater, const std::string& key, const std::string& bound,
               std::uint64_t unit = one) const {
    require(lesser <= greater, key, format_decimal(lesser, unit),
            "at most " + bound + " = " + format_decimal(greater, unit));
  }
  // `greater` >= `lesser`; blames the key of `greater`.
  void at_least(std::uint64_t greater, std::uint64_t lesser, const std::string& key, const std::string& bound,
                std::uint64_t unit = one) const {
    require(greater >= lesser, key, format_decimal(greater, unit),
            "at least " + bound + " = " + format_decimal(lesser, unit));
  }

 private:
  const Layers& layers_;
  std::string prefix_;
};

}  // namespace takt::config
