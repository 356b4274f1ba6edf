// Somebody who sees every instruction of a core: a profile, a trace. Nothing of it may change what the program does.
#pragma once

#include <cstdint>

#include "models/cpu/rv32/instruction.h"

namespace takt::rv32 {

struct Executed {
  std::uint32_t pc = 0;
  std::uint32_t next_pc = 0;
  std::uint32_t bits = 0;  // of the instruction; a compressed one's in the lower half
  Operation operation = Operation::illegal;
  std::uint8_t rd = 32;       // that it wrote; 32: none
  std::uint8_t rs1 = 0;       // fields that it has not are 0
  std::uint32_t result = 0;   // in rd
  std::uint32_t address = 0;  // of a load, store or atomic operation
  std::uint32_t operand = 0;  // in rs2: what a store wrote
  std::uint64_t cycle = 0;    // at its begin, as Core::cycles()
  std::uint64_t cycles = 0;   // that it took, waits for memory and bus included
};

// An exception at `pc`, whose instruction did not retire, or an interrupt before it.
struct Trapped {
  std::uint32_t pc = 0;
  std::uint32_t handler = 0;
  std::uint32_t cause = 0;  // mcause
  std::uint32_t value = 0;  // mtval
  std::uint64_t cycle = 0;  // before it
};

class Observer {
 public:
  virtual ~Observer() = default;
  // In the order of execution. A semihosting call is told before the host serves it.
  virtual void executed(const Executed& instruction) = 0;
  virtual void trapped(const Trapped& trap) = 0;
};

}  // namespace takt::rv32
