// Pass 4: elementwise layers join the tile loop of the layer that produces their operand.
#pragma once

#include "sim/compiler/ir.h"

namespace takt::compiler {

// A layer joins its producer when nothing else reads what it joins through and its other operands were made before.
// Requantization and clamping then cost nothing: an output stage does them.
void fuse(Network& network, const graph::Graph& graph);  // the one that was lowered

}  // namespace takt::compiler
