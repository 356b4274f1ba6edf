// Machine code to blocks.
#include <algorithm>
#include <cstring>

#include "models/cpu/rv32/area.h"
#include "models/cpu/rv32/decode.h"

namespace takt::rv32 {
namespace {

constexpr bool reads_rs1(Kind kind) { return kind != Kind::jump && kind != Kind::mret && kind != Kind::trap; }

// Whether an instruction has a register as an operand. Fields it has not are 0, so x0 needs no care.
bool reads(const Instruction& instruction, std::uint8_t reg) {
  const bool immediate = instruction.operation >= Operation::csrrwi && instruction.operation <= Operation::csrrci;
  return (reads_rs1(kind_of(instruction.operation)) && !immediate && instruction.rs1 == reg) || instruction.rs2 == reg;
}

bool writes_rd(Kind kind) { return kind != Kind::store && kind != Kind::branch; }

}  // namespace

std::uint32_t Core::cost_of(Operation operation) const {
  const CycleTable& table = config_.cycles;
  switch (kind_of(operation)) {
    case Kind::multiply:
      return table.multiply;
    case Kind::divide:
      return table.divide;
    case Kind::load:
      return table.load;
    case Kind::store:
      return table.store;
    case Kind::atomic:
      return table.atomic;
    case Kind::branch:
      return table.branch_not_taken;
    case Kind::jump:
      return table.jump;
    case Kind::jump_register:
      return table.jump_register;
    case Kind::csr:
      return table.csr;
    case Kind::mret:
      return table.trap;
    case Kind::fence:
    case Kind::system:
      return table.system;
    default:
      return table.alu;
  }
}

Op Core::pseudo(Operation operation) const {
  const auto number = static_cast<std::uint8_t>(operation);
  return {handlers_[number], 0, 32, 0, 0, number};
}

Op Core::op_of(const Instruction& instruction, std::uint32_t pc) const {
  Op op = pseudo(instruction.operation);
  op.imm = instruction.imm;
  op.rs1 = instruction.rs1;
  op.rs2 = instruction.rs2;
  if (instruction.rd != 0 && writes_rd(kind_of(instruction.operation))) op.rd = instruction.rd;
  if (instruction.operation == Operation::auipc)
    op.imm = static_cast<std::int32_t>(pc + static_cast<std::uint32_t>(op.imm));
  return op;
}

bool Core::breakpoint_at(std::uint32_t pc) const {
  return std::find(breakpoints_.begin(), breakpoints_.end(), pc) != breakpoints_.end();
}

// The instruction at pc; false where it is not all in the window, or may not be executed.
bool Core::fetch(const Area& area, std::uint32_t pc, std::uint32_t& bits) const {
  if (!area.holds(pc, 2) || !csrs_.pmp.allows(pc, 2, Right::execute, privilege_)) return false;
  std::uint16_t half;
  std::memcpy(&half, area.at(pc), 2);
  bits = half;
  if (length_of(bits) == 2) return true;
  if (!area.holds(pc, 4) || !csrs_.pmp.allows(pc + 2, 2, Right::execute, privilege_)) return false;
  std::memcpy(&half, area.at(pc) + 2, 2);
  bits |= std::uint32_t{half} << 16;
  return true;
}

// By what stands behind the load in memory, whoever comes there: the load alone decides.
bool Core::next_uses(const Instruction& load, std::uint32_t next_pc, const Area& area) const {
  std::uint32_t bits;
  return load.rd != 0 && fetch(area, next_pc, bits) && reads(decode(bits), load.rd);
}

void Core::append(const Op& op, std::uint32_t pc, std::uint32_t cycles) {
  ops_[once_.count] = op;
  marks_[once_.count] = {pc - once_.pc(), cycles};
  ++once_.count;
}

// Behind the last instruction; `cycles` are those of the whole block.
void Core::close(std::uint32_t next_pc, std::uint32_t cycles) {
  const Mark& last = marks_[once_.count - 1];
  marks_[once_.count] = {next_pc - once_.pc(), cycles};
  once_.before_last = last.cycles;
  once_.cost_next = cycles - last.cycles;
  once_.cost_taken = once_.cost_next - config_.cycles.branch_not_taken + config_.cycles.branch_taken;
  once_.next_pc = next_pc;
  once_.ops = ops_.data();
  once_.marks = marks_.data();
}

void Core::assemble(std::uint32_t pc, const Area& area, bool over_breakpoint) {
  once_ = {};
  once_.key = key_of(pc);
  std::uint32_t cycles = 0, bits = 0;
  for (bool first = true; once_.count < Block::longest; first = false) {
    const bool stops = breakpoint_at(pc) && !(first && over_breakpoint);
    if (stops || !fetch(area, pc, bits)) {
      if (first) append(pseudo(stops ? Operation::breakpoint : Operation::fetch_fault), pc, cycles);
      break;
    }
    const Instruction instruction = decode(bits);
    append(op_of(instruction, pc), pc, cycles);
    cycles += cost_of(instruction.operation) + area.window.fetch_cycles;
    if (kind_of(instruction.operation) == Kind::load && next_uses(instruction, pc + instruction.bytes, area))
      cycles += config_.cycles.load_use;
    if (ends_block(instruction.operation)) once_.target_pc = pc + static_cast<std::uint32_t>(instruction.imm);
    pc += instruction.bytes;
    if (ends_block(instruction.operation) || over_breakpoint || observer_ != nullptr) break;
  }
  close(pc, cycles);
  ops_[once_.count] = pseudo(Operation::end_block);
}

// A block of one instruction that is not kept.
void Core::assemble_one(std::uint32_t pc, const Instruction& instruction, std::uint32_t cycles) {
  once_ = {};
  once_.key = key_of(pc);
  append(op_of(instruction, pc), pc, 0);
  once_.target_pc = pc + static_cast<std::uint32_t>(instruction.imm);
  close(pc + instruction.bytes, cycles);
  ops_[1] = pseudo(Operation::leave_block);
}

// Null: not in a window.
Block* Core::find_or_translate(std::uint32_t pc) {
  if (Block* known = cache_.find(key_of(pc))) return known;
  Area* area = area_at(pc, 2);
  if (area == nullptr) return nullptr;
  assemble(pc, *area, false);
  // A load's cost depends on the instruction behind it, so that is part of what was decoded.
  area->code.mark(pc - area->window.base, once_.next_pc - pc + 4);
  if (cache_.full()) flush_needed_ = true;
  return cache_.insert(once_, ops_.data(), once_.count + 1, marks_.data());
}

}  // namespace takt::rv32
