// A compiled model as text, for people.
#pragma once

#include <string>

#include "sim/compiler/program.h"

namespace takt::compiler {

// Steps, totals, and one line per layer: operator, shape, MACs, bytes, tiles, commands, estimated cycles.
std::string describe(const CompiledModel& model);

// The layers' table alone.
std::string describe(const Program& program);

}  // namespace takt::compiler
