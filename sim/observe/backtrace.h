// Who called whom, from a core's registers and its stack.
#pragma once

#include <cstdint>
#include <vector>

#include "models/cpu/rv32/core.h"
#include "sim/observe/symbol_table.h"

namespace takt::observe {

struct Caller {
  std::uint32_t pc = 0;  // of the call
  bool certain = false;  // false: found on the stack, and may be left over from a call that is over
};

struct Backtrace {
  std::vector<Caller> callers;  // innermost first, without the code at which the core stands
  bool frame_pointers = false;  // how it was found; false: by looking through the stack
};

// From `pc` with the registers as they are. Where s0 leads along a chain of frames, as of code compiled with
// -fno-omit-frame-pointer, that chain is taken. Else every word of the stack that is the address behind a call is a
// caller; one whose call does not lead to the function found before is marked uncertain.
Backtrace backtrace(const rv32::Core& core, const SymbolTable& symbols, std::uint32_t pc);

}  // namespace takt::observe
