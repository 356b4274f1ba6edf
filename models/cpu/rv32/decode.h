// Machine code to operations (RISC-V Unprivileged Architecture 20191213, chapters 2, 3, 7 to 9, 16).
#pragma once

#include "models/cpu/rv32/instruction.h"

namespace takt::rv32 {

// 2 or 4: how long the instruction is that begins with this halfword.
constexpr unsigned length_of(std::uint32_t bits) { return (bits & 3) == 3 ? 4 : 2; }

// Of a compressed instruction the upper half of `bits` does not count. What RV32IMAC does not define is `illegal`.
Instruction decode(std::uint32_t bits);

// The instruction that a compressed one stands for, 0 (which is illegal) where it stands for none.
std::uint32_t expand(std::uint32_t bits);

}  // namespace takt::rv32
