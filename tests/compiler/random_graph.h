// Small random graphs of every operator the compiler lowers, and random targets.
#pragma once

#include <cstdint>

#include "sim/compiler/target.h"
#include "sim/graph/graph.h"

namespace takt::compiler::test {

enum class Operators : std::uint8_t {
  all,
  quantized,  // those that functional mode computes, on int8
};

// The same seed gives the same graph.
graph::Graph random_graph(std::uint64_t seed, Operators operators = Operators::all);
Target random_target(std::uint64_t seed);

}  // namespace takt::compiler::test
