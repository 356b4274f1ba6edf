// Small random graphs of every operator the compiler lowers, and random targets.
#pragma once

#include <cstdint>

#include "sim/compiler/target.h"
#include "sim/graph/graph.h"

namespace takt::compiler::test {

// The same seed gives the same graph.
graph::Graph random_graph(std::uint64_t seed);
Target random_target(std::uint64_t seed);

}  // namespace takt::compiler::test
