#include "sim/observe/call_stack.h"

#include "models/cpu/rv32/decode.h"

namespace takt::observe {
namespace {

bool is_link(unsigned reg) { return reg == 1 || reg == 5; }

}  // namespace

void CallStack::enter(std::uint32_t at) {
  if (frames_.empty()) frames_.push_back({symbols_.function_at(at), 0, false});
}

bool CallStack::executed(const rv32::Executed& instruction) {
  enter(instruction.pc);
  const std::uint32_t target = instruction.next_pc;
  const std::uint32_t behind = instruction.pc + rv32::length_of(instruction.bits);
  const rv32::Kind kind = kind_of(instruction.operation);
  if (kind == rv32::Kind::mret) return return_from_trap();
  const bool links = is_link(instruction.rd);
  if (kind == rv32::Kind::jump && links) return call(target, behind);
  if (kind != rv32::Kind::jump_register) return go(target);
  const bool returns = is_link(instruction.rs1) && !(links && instruction.rd == instruction.rs1);
  const bool returned = returns && return_to(target);
  return links ? call(target, behind) : returned || go(target);
}

void CallStack::trapped(const rv32::Trapped& trap) {
  enter(trap.pc);
  if (frames_.size() < deepest) frames_.push_back({symbols_.function_at(trap.handler), trap.pc, true});
}

bool CallStack::call(std::uint32_t target, std::uint32_t return_to) {
  if (frames_.size() < deepest) frames_.push_back({symbols_.function_at(target), return_to, false});
  return true;
}

bool CallStack::return_to(std::uint32_t target) {
  for (std::size_t i = frames_.size(); i-- > 1 && !frames_[i].trap;)
    if (frames_[i].return_to == target) {
      frames_.resize(i);
      return true;
    }
  return false;
}

bool CallStack::return_from_trap() {
  for (std::size_t i = frames_.size(); i-- > 1;)
    if (frames_[i].trap) {
      frames_.resize(i);
      return true;
    }
  return false;
}

// Anything else, most of it within the function.
bool CallStack::go(std::uint32_t target) {
  const Function* const here = frames_.back().function;
  if (here != nullptr && here->begin <= target && target < here->end) return false;
  const Function* const there = symbols_.function_at(target);
  if (there == here) return false;
  frames_.back().function = there;
  return true;
}

}  // namespace takt::observe
