// A program without loops that does what another does without parameters.
#pragma once

#include "sim/compiler/program.h"

namespace takt::compiler::test {

// Loops of DMA commands turn by turn, each turn with the accesses that its fields say. Positions of cuts and refetch
// ranges follow. Throws std::logic_error for loops within loops and for waits inside of one.
Program unrolled(const Program& program);

// Of a DMA command's base.
Access::Space space_of(std::uint16_t base);

}  // namespace takt::compiler::test
