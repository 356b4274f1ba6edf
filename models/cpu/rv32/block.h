// A stretch of straight-line code as the interpreter runs it.
#pragma once

#include <cstdint>

namespace takt::rv32 {

// An operation ready to run: the address of its code, and operands that need no further look.
struct Op {
  const void* handler;
  std::int32_t imm;  // of LUI and AUIPC: the value; of JAL and JALR: see Block
  std::uint8_t rd;   // 32, which nobody reads, where the instruction names x0
  std::uint8_t rs1;
  std::uint8_t rs2;
  std::uint8_t operation;
};

// Where an operation stands in its block, for what happens seldom: traps, the bus, the end of a run's limit.
struct Mark {
  std::uint32_t offset;  // bytes from the block's first instruction
  std::uint32_t cycles;  // that the block takes up to here
};

// Ends with the first instruction that may go elsewhere, or with `end_block`, which is none. All of it was decoded for
// one privilege and one setting of the memory protection.
struct Block {
  static constexpr std::uint32_t longest = 64;  // instructions

  std::uint32_t key;          // address of the first instruction, plus 1 in user mode
  std::uint32_t count;        // instructions
  std::uint32_t before_last;  // cycles before the last instruction begins
  std::uint32_t cost_next;    // cycles of the last instruction where it falls through or always jumps
  std::uint32_t cost_taken;   // of a taken branch
  std::uint32_t next_pc;      // behind the block
  std::uint32_t target_pc;    // of JAL and branches
  Block* next;                // the blocks at next_pc and target_pc, once they have been needed
  Block* taken;
  Op* ops;      // count of them, or one more: end_block
  Mark* marks;  // count + 1

  std::uint32_t pc() const { return key & ~1u; }
};

}  // namespace takt::rv32
