// Which functions are active, followed from calls and returns as they are executed.
#pragma once

#include <cstdint>
#include <vector>

#include "models/cpu/rv32/observer.h"
#include "sim/observe/symbol_table.h"

namespace takt::observe {

// Calls and returns are told from the registers that a jump names (Unprivileged Architecture, table 2.1: x1 and x5 are
// link registers). A return goes to the frame whose return address it jumps to; a jump to the first instruction of
// another function is a call in tail position and replaces the top. A trap opens a frame that MRET closes.
class CallStack {
 public:
  explicit CallStack(const SymbolTable& symbols) : symbols_(symbols) {}

  // Before the first instruction.
  void enter(std::uint32_t at);
  // After an instruction. True: the stack changed.
  bool executed(const rv32::Executed& instruction);
  void trapped(const rv32::Trapped& trap);

  // Outermost first; null: code of no function.
  struct Frame {
    const Function* function = nullptr;
    std::uint32_t return_to = 0;
    bool trap = false;  // opened by a trap
  };
  const std::vector<Frame>& frames() const { return frames_; }

 private:
  bool call(std::uint32_t target, std::uint32_t return_to);
  bool return_to(std::uint32_t target);
  bool return_from_trap();
  bool go(std::uint32_t target);

  // Deeper ones are not kept apart: a program that never returns from its calls must not fill the host's memory.
  static constexpr std::size_t deepest = 512;

  const SymbolTable& symbols_;
  std::vector<Frame> frames_;
};

}  // namespace takt::observe
