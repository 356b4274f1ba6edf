// Instructions that change more than registers and memory, and what ends a block without being one.
#include <cstring>

#include "models/cpu/rv32/area.h"
#include "models/cpu/rv32/decode.h"

namespace takt::rv32 {
namespace {

constexpr std::uint32_t fetch_fault_cause = 1, illegal_cause = 2, breakpoint_cause = 3, user_call = 8,
                        machine_call = 11;

// A host call (RISC-V Semihosting 1.0, section 2.1): three instructions that must not be compressed.
constexpr std::uint32_t semihosting_before = 0x01f01013, semihosting_after = 0x40705013;

}  // namespace

// The operation is the block's last, and the core stands before it: `pc_`, counts of cycles and instructions are exact.
Core::Next Core::system(const Block& block, const Op& op) {
  instructions_left_ += 1;
  pc_ = block.pc() + block.marks[block.count - 1].offset;
  Next next = Next::go_on;
  switch (static_cast<Operation>(op.operation)) {
    case Operation::breakpoint:
      stop(Stop::breakpoint);
      over_breakpoint_ = true;
      return Next::leave;
    case Operation::fetch_fault:
      // mtval names the half that may not be fetched.
      next = fault(fetch_fault_cause,
                   csrs_.pmp.allows(pc_, 2, Right::execute, privilege_) && area_at(pc_, 2) != nullptr ? pc_ + 2 : pc_);
      break;
    case Operation::illegal:
      next = fault(illegal_cause, instruction_bits(pc_));
      break;
    case Operation::ecall:
      next = fault(privilege_ == Privilege::machine ? machine_call : user_call, 0);
      break;
    case Operation::ebreak:
      next = environment_break();
      break;
    case Operation::mret:
      next = return_from_trap();
      break;
    case Operation::wfi:
      if (privilege_ == Privilege::user && (csrs_.mstatus & csr::mstatus_tw) != 0)
        next = fault(illegal_cause, instruction_bits(pc_));
      else
        waiting_ = true;
      break;
    case Operation::fence_i:
      break;  // decoded code never outlives a store into it
    default:
      next = csr_access(op);
      break;
  }
  if (next == Next::leave) return next;
  if (next == Next::trap) {
    enter_trap(trap_cause_, trap_value_);
    return next;
  }
  instructions_left_ -= 1;
  cycles_left_ -= block.cost_next;
  pc_ = block.next_pc;
  return Next::leave;
}

// CSRRW with rd = x0 does not read, the others with an operand field of 0 do not write (Unprivileged Architecture,
// table 9.1).
Core::Next Core::csr_access(const Op& op) {
  const auto operation = static_cast<Operation>(op.operation);
  const auto number = static_cast<std::uint32_t>(op.imm);
  const bool immediate = operation >= Operation::csrrwi;
  const bool swap = operation == Operation::csrrw || operation == Operation::csrrwi;
  const bool set = operation == Operation::csrrs || operation == Operation::csrrsi;
  const std::uint32_t operand = immediate ? op.rs1 : x_[op.rs1];
  std::uint32_t old = 0;
  if (!csrs_.read(number, privilege_, progress(), old)) return fault(illegal_cause, instruction_bits(pc_));
  if (swap || op.rs1 != 0) {
    const std::uint32_t value = swap ? operand : set ? old | operand : old & ~operand;
    if (!csrs_.write(number, privilege_, progress(), value)) return fault(illegal_cause, instruction_bits(pc_));
    const bool protection = number >= csr::pmpcfg0 && number < csr::pmpaddr0 + Pmp::registers;
    if (protection) flush_needed_ = true;
    if (protection || number == csr::mstatus) update_data_path();
  }
  x_[op.rd] = old;
  return Next::go_on;
}

Core::Next Core::return_from_trap() {
  if (privilege_ != Privilege::machine) return fault(illegal_cause, instruction_bits(pc_));
  std::uint32_t& status = csrs_.mstatus;
  privilege_ = (status & csr::mstatus_mpp) != 0 ? Privilege::machine : Privilege::user;
  const bool enable = (status & csr::mstatus_mpie) != 0;
  status = (status & ~(csr::mstatus_mie | csr::mstatus_mpp)) | csr::mstatus_mpie | (enable ? csr::mstatus_mie : 0);
  if (privilege_ != Privilege::machine) status &= ~csr::mstatus_mprv;
  pc_ = csrs_.mepc;
  update_data_path();
  // A return to itself is still a return.
  instructions_left_ -= 1;
  cycles_left_ -= config_.cycles.trap;
  return Next::leave;
}

Core::Next Core::environment_break() {
  std::uint32_t before = 0, after = 0;
  if (config_.semihosting && peek(pc_ - 4, &before, 4) && peek(pc_ + 4, &after, 4) && before == semihosting_before &&
      after == semihosting_after) {
    stop(Stop::semihosting);
    return Next::leave;
  }
  return fault(breakpoint_cause, pc_);
}

void Core::finish_semihosting(std::uint32_t result) {
  set_reg(10, result);
  pc_ += 4;
  instructions_left_ -= 1;
  cycles_left_ -= config_.cycles.system;
}

// For mtval of an illegal instruction: those of a compressed one in the lower half.
std::uint32_t Core::instruction_bits(std::uint32_t pc) const {
  std::uint32_t bits = fetched_bits_;
  if (const Area* area = area_at(pc, 4))
    std::memcpy(&bits, area->at(pc), 4);
  else if (area_at(pc, 2) != nullptr)
    peek(pc, &bits, 2);
  return length_of(bits) == 4 ? bits : bits & 0xffff;
}

}  // namespace takt::rv32
