// Which instructions of a program were executed.
#pragma once

#include <cstdint>
#include <ostream>
#include <vector>

#include "models/cpu/rv32/observer.h"
#include "sim/observe/symbol_table.h"

namespace takt::observe {

// Instructions are counted along the program's code as the file has it, function by function. What stands behind a
// symbol without a size may be data: it counts once one of its instructions was executed.
class Coverage : public rv32::Observer {
 public:
  Coverage(const SymbolTable& symbols, const traces::ElfImage& image);

  void executed(const rv32::Executed& instruction) override { mark(instruction.pc); }
  // An instruction that traps was executed; one that an interrupt came before was not.
  void trapped(const rv32::Trapped& trap) override {
    if (trap.cause >> 31 == 0) mark(trap.pc);
  }

  // A table of functions, then what of them never ran: ranges of addresses with names.
  void write(std::ostream& out) const;

  struct Count {
    std::uint32_t executed = 0, total = 0;
  };
  Count of(const Function& function) const;
  bool counts(const Function& function) const { return function.sized || of(function).executed != 0; }

 private:
  struct Area {
    std::uint32_t begin = 0;
    std::vector<bool> executed;  // by halfword
  };
  void mark(std::uint32_t pc);
  bool was_executed(std::uint32_t pc) const;
  // Bytes of the instruction in the file at an address; 0: the file has none there.
  std::uint32_t length_at(std::uint32_t pc) const;
  void write_missed(std::ostream& out, const Function& function) const;

  const SymbolTable& symbols_;
  const traces::ElfImage& image_;
  std::vector<Area> areas_;
};

}  // namespace takt::observe
