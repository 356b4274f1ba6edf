// Pass "divide": which layers the cores of an NPU share, and how.
#pragma once

#include "sim/compiler/ir.h"
#include "sim/compiler/target.h"

namespace takt::compiler {

// Divides layers among target.cores cores where that is estimated to pay. What a divided layer makes goes through DRAM,
// from where each core reads what it needs; a layer that is not divided is made by every core, or, where its output
// does not stay in the scratchpads, by the first.
void divide(Network& network, const Target& target);

}  // namespace takt::compiler
