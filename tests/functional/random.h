// Numbers for random operators.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "tests/reference/networks.h"

namespace takt::functional::testing {

class Random {
 public:
  explicit Random(std::uint32_t seed) : generator_(seed) {}

  std::int64_t whole(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(generator_);
  }
  double real(double low, double high) { return std::uniform_real_distribution<double>(low, high)(generator_); }
  bool once_in(std::int64_t n) { return whole(1, n) == 1; }
  template <typename T>
  T one_of(const std::vector<T>& choices) {
    return choices[static_cast<std::size_t>(whole(0, static_cast<std::int64_t>(choices.size()) - 1))];
  }
  // Whole numbers; now and then all of them the lowest or the highest, of which sums are largest.
  reference::testing::Values values(std::uint64_t count, double low, double high) {
    if (once_in(6)) return reference::testing::Values(count, once_in(2) ? low : high);
    reference::testing::Values result(count);
    for (double& x : result)
      x = static_cast<double>(whole(static_cast<std::int64_t>(low), static_cast<std::int64_t>(high)));
    return result;
  }

 private:
  std::mt19937 generator_;
};

}  // namespace takt::functional::testing
