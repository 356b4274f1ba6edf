// Which activation gives way where the scratchpad is full.
#pragma once

#include <cstdint>

#include "sim/compiler/ir.h"

namespace takt::compiler {

// Activations that could never be resident start in DRAM; all others are resident as long as they live.
void assume_resident(Network& network, std::uint64_t scratchpad_bytes);

// Shortens residencies until the activations, a share of the constants and buffers for what is streamed fit at every
// layer by their sizes: always what frees most where room is missing, per byte of traffic that it causes.
void relieve_pressure(Network& network, std::uint64_t scratchpad_bytes);

// Shortens the residency of one storage so that `layer` needs less. False when none can give way.
bool spill_at(Network& network, std::int32_t layer);

}  // namespace takt::compiler
