// Arithmetic on sizes that come from files: throws instead of wrapping around.
#pragma once

#include <cstdint>
#include <limits>

#include "sim/graph/error.h"

namespace takt::graph {

inline std::uint64_t checked_mul(std::uint64_t a, std::uint64_t b) {
  if (b != 0 && a > std::numeric_limits<std::uint64_t>::max() / b) throw GraphError("a size exceeds 64 bits");
  return a * b;
}

inline std::uint64_t checked_add(std::uint64_t a, std::uint64_t b) {
  if (a > std::numeric_limits<std::uint64_t>::max() - b) throw GraphError("a size exceeds 64 bits");
  return a + b;
}

}  // namespace takt::graph
