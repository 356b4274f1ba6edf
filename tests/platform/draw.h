// Scenarios drawn at random: numbers, choices, and keys as TOML.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

#include "models/units/random.h"

namespace takt::platform::test {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}
  std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + random_.below(high - low + 1); }
  const char* one_of(std::initializer_list<const char*> list) { return list.begin()[random_.below(list.size())]; }
  bool coin() { return random_.below(2) != 0; }

 private:
  units::Random random_;
};

inline std::string key(const std::string& name, const std::string& value) { return name + " = \"" + value + "\"\n"; }
inline std::string key(const std::string& name, std::uint64_t value) {
  return name + " = " + std::to_string(value) + "\n";
}

}  // namespace takt::platform::test
