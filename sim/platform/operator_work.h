// What an operator that falls back to the CPU costs there.
#pragma once

#include "models/cpu/app/app_cpu.h"
#include "sim/compiler/program.h"

namespace takt::platform {

// Multiply-accumulates where it has any; one element at a time for transcendental functions and code nobody knows;
// elementwise and layout work otherwise.
cpu::OperatorWork operator_work(const compiler::CpuOperator& op);

}  // namespace takt::platform
