// Pass 7: what stands where in the scratchpad and in DRAM.
#pragma once

#include <cstdint>

#include "sim/compiler/ir.h"
#include "sim/compiler/passes.h"
#include "sim/compiler/target.h"

namespace takt::compiler {

struct Placement {
  std::uint64_t scratchpad_bytes = 0;
  std::uint64_t buffer_bytes = 0;
  std::uint64_t input_bytes = 0;
  std::uint64_t output_bytes = 0;
};

// Chooses each layer's tiling and places activations, constants and stream buffers. Activations stay in the scratchpad
// from their first to their last layer where there is room; what gives way is kept in DRAM from then on and streamed.
// Throws graph::GraphError where a layer does not fit even so.
Placement place(Network& network, const Target& target, const Options& options, PassObserver* observer);

}  // namespace takt::compiler
