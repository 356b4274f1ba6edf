// What a program tells about its layers.
#pragma once

#include <vector>

#include "sim/compiler/ir.h"
#include "sim/compiler/program.h"
#include "sim/compiler/target.h"

namespace takt::compiler {

// Names, shapes and dependences; the counts are filled in as commands are emitted.
std::vector<LayerInfo> describe_layers(const Network& network);

// Cycles per layer from the counts: the slowest of tensor engine, vector engine and DMA, with each list alone and
// constants counted where they are used; then the operator's overhead. The totals of the program.
void estimate(const Network& network, const Target& target, Program& program);

}  // namespace takt::compiler
