// Pass 9: what the program costs, for the firmware that schedules it.
#pragma once

#include "sim/compiler/program.h"
#include "sim/compiler/target.h"

namespace takt::compiler {

// Fills in the program's cost table, its estimated cycles and what remains at each cut.
void state_cost(Program& program, const Target& target);

}  // namespace takt::compiler
