// A program without loops that does what another does without parameters.
#pragma once

#include "sim/compiler/program.h"

namespace takt::compiler::test {

// Loops of DMA commands turn by turn, each turn with the accesses that its fields say. Positions of cuts and refetch
// ranges follow. Throws std::logic_error for loops within loops and for waits inside of one.
Program unrolled(const Program& program);

// What the fields of a DMA command say that it touches.
std::vector<Access> accesses_of(const takt_dma_body& body, bool in);

}  // namespace takt::compiler::test
