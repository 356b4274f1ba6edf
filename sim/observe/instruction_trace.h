// A line for each instruction that a core executes.
#pragma once

#include "models/cpu/rv32/observer.h"
#include "sim/observe/output_file.h"
#include "sim/observe/symbol_table.h"

namespace takt::observe {

// Core cycles, [begin, end).
struct CycleWindow {
  std::uint64_t begin = 0;
  std::uint64_t end = ~std::uint64_t{0};
};

// "cycle pc word instruction effect place": what was written to a register or memory, or where a trap goes; `-`:
// nothing.
class InstructionTrace : public rv32::Observer {
 public:
  // Of what begins inside the window.
  InstructionTrace(const SymbolTable& symbols, BoundedFile& file, const CycleWindow& window);

  void executed(const rv32::Executed& instruction) override;
  void trapped(const rv32::Trapped& trap) override;

 private:
  std::string place(std::uint32_t pc) const;
  bool inside(std::uint64_t cycle) const { return window_.begin <= cycle && cycle < window_.end; }

  const SymbolTable& symbols_;
  BoundedFile& file_;
  const CycleWindow window_;
};

}  // namespace takt::observe
