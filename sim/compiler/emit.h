// Pass 8: commands, in one sequential order of layers and tiles.
#pragma once

#include "sim/compiler/function.h"
#include "sim/compiler/ir.h"
#include "sim/compiler/program.h"
#include "sim/compiler/target.h"

namespace takt::compiler {

// Fills in the program's lists, accesses, cuts, live ranges and layers, and, where asked for, what commands compute.
// The network must have been placed.
void emit(const Network& network, const Target& target, Program& program, Functions* functions);

}  // namespace takt::compiler
