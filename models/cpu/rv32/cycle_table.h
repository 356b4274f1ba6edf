// What instructions cost. Data: a configuration may replace every figure.
#pragma once

#include <cstdint>

namespace takt::rv32 {

// Cycles of the processor's clock, each at least 1 (load_use and misaligned may be 0). The defaults are estimated: a
// small in-order core with one memory port, a pipelined multiplier and a divider of one bit a cycle. What a memory
// window or a bus access takes comes on top (memory.h).
struct CycleTable {
  std::uint32_t alu = 1;
  std::uint32_t load = 1;
  std::uint32_t load_use = 1;  // on top of a load whose result the next instruction in memory reads
  std::uint32_t store = 1;
  std::uint32_t misaligned = 1;  // on top of a load or store across its natural alignment
  std::uint32_t branch_not_taken = 1;
  std::uint32_t branch_taken = 3;
  std::uint32_t jump = 2;           // JAL
  std::uint32_t jump_register = 3;  // JALR
  std::uint32_t multiply = 3;
  std::uint32_t divide = 33;
  std::uint32_t csr = 3;
  std::uint32_t atomic = 4;  // LR, SC, AMO
  std::uint32_t system = 1;  // FENCE, FENCE.I, WFI, EBREAK to a semihosting host
  std::uint32_t trap = 4;    // entry into a trap; MRET costs the same
};

}  // namespace takt::rv32
