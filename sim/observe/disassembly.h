// Machine code as text.
#pragma once

#include <cstdint>
#include <string>

namespace takt::observe {

// The instruction at `pc`, as assemblers write it without abbreviations: "addi sp,sp,-16", "lw a0,12(s0)",
// "jal ra,80000034". A compressed one is written as what it stands for; what is none is "illegal".
std::string disassemble(std::uint32_t bits, std::uint32_t pc);

}  // namespace takt::observe
