// What a command costs an engine that has its operands. The closed forms of the fitted layer model, as the hardware
// model has them: estimates for tiling and for the cost table, and the count of issued MACs.
#pragma once

#include <cstdint>

#include "firmware/abi/command.h"
#include "sim/compiler/target.h"

namespace takt::compiler {

struct MatrixCost {
  std::uint64_t cycles = 0;
  std::uint64_t useful_macs = 0;
  std::uint64_t issued_macs = 0;  // useful + padding + recomputed
};

MatrixCost matrix_cost(const takt_matrix_body& body, const Target& target);
std::uint64_t vector_cycles(const takt_vector_body& body, const Target& target);
std::uint64_t overhead_cycles(std::uint8_t overhead, bool wide, const Target& target);

// Groups that share one tile, along its diagonal.
std::uint64_t packed_groups(std::uint64_t groups, std::uint64_t in_channels, std::uint64_t out_channels,
                            const Target& target);

}  // namespace takt::compiler
