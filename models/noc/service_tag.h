// Virtual time of fair queueing: bytes of service per unit of weight, as an exact fraction, so that shares never drift.
#pragma once

#include <cstdint>

#include "models/units/quantity.h"

namespace takt::noc {

// bytes + rest / weight, with rest < weight.
struct ServiceTag {
  std::uint64_t bytes = 0;
  std::uint32_t rest = 0;
  std::uint32_t weight = 1;  // 1 .. max_weight

  friend constexpr bool operator<(const ServiceTag& a, const ServiceTag& b) {
    if (a.bytes != b.bytes) return a.bytes < b.bytes;
    return std::uint64_t{a.rest} * b.weight < std::uint64_t{b.rest} * a.weight;
  }

  // After so many bytes of service at this weight.
  constexpr ServiceTag after(std::uint64_t served) const {
    const std::uint64_t sum = rest + served;
    return {bytes + sum / weight, static_cast<std::uint32_t>(sum % weight), weight};
  }

  // The earliest tag at another weight that is not before this one.
  constexpr ServiceTag at_weight(std::uint32_t other) const {
    const std::uint64_t up = units::ceil_div(std::uint64_t{rest} * other, weight);
    return ServiceTag{bytes, 0, other}.after(up);
  }
};

}  // namespace takt::noc
