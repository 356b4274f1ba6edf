// How long a command takes an engine that has its operands: closed forms over the preset's rates.
// Sources: tile geometry and feed, HexKL constants as published; the feed is a fit, see the preset;
// vector classes and 16-bit factor, the fitted layer model that the preset cites.
#pragma once

#include <cstdint>

#include "firmware/abi/command.h"
#include "models/npu/config.h"

namespace takt::npu {

struct Cost {
  std::uint64_t cycles = 0;            // alone
  std::uint64_t scratchpad_bytes = 0;  // read and written
  std::uint64_t useful_macs = 0;
  std::uint64_t padding_macs = 0;     // issued for positions outside the tile's shape
  std::uint64_t recomputed_macs = 0;  // issued for rows that an earlier tile computed already
};

Cost matrix_cost(const takt_matrix_body& body, const Tensor& tensor);
Cost vector_cost(const takt_vector_body& body, const Vector& vector);

// Cycles that a deployed software stack spends before a command of this overhead class and element width, on a core
// with this vector engine.
std::uint64_t overhead_cycles(const takt_command& command, const Config& config, const Vector& vector);

}  // namespace takt::npu
