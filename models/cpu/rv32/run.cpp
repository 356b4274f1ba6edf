// What happens between blocks: limits, stops, interrupts, traps.
#include <algorithm>

#include "models/cpu/rv32/area.h"
#include "models/cpu/rv32/decode.h"
#include "models/cpu/rv32/observer.h"

namespace takt::rv32 {
namespace {

constexpr std::uint64_t longest_run = std::uint64_t{1} << 62;
constexpr std::uint32_t fetch_fault_cause = 1;

}  // namespace

Stop Core::run(const RunLimit& limit) {
  const std::uint64_t instructions_now = instructions(), cycles_now = cycles();
  instructions_left_ = static_cast<std::int64_t>(std::min(limit.instructions, longest_run));
  cycles_left_ = static_cast<std::int64_t>(std::min(limit.cycles, longest_run));
  instructions_end_ = instructions_now + static_cast<std::uint64_t>(instructions_left_);
  cycles_end_ = cycles_now + static_cast<std::uint64_t>(cycles_left_);
  stop_at_trap_ = limit.trap;
  Stop why;
  while (!stop_due(why)) {
    if (observer_ != nullptr)
      run_observed();
    else if (Block* block = next_block())
      execute(block);
  }
  return why;
}

// One instruction, or an interrupt or a fault of fetching that comes in its place. Blocks hold one instruction while
// somebody observes, and a limit of one keeps the interpreter from going on to the next.
void Core::run_observed() {
  const std::int64_t others = instructions_left_ - 1;
  instructions_left_ = 1;
  instructions_end_ -= static_cast<std::uint64_t>(others);
  observe_one();
  instructions_left_ += others;
  instructions_end_ += static_cast<std::uint64_t>(others);
}

void Core::observe_one() {
  const std::uint64_t retired = instructions();
  Executed seen;
  seen.pc = pc_;
  seen.cycle = cycles();
  trapped_ = false;
  if (Block* const block = next_block()) {
    const Op& op = block->ops[0];
    seen.operation = static_cast<Operation>(op.operation);
    seen.rd = op.rd;
    seen.rs1 = op.rs1;
    seen.bits = instruction_bits(seen.pc);
    seen.address = accesses_memory(seen.operation) ? x_[op.rs1] + static_cast<std::uint32_t>(op.imm) : 0;
    seen.operand = x_[op.rs2];
    execute(block);
  }
  if (trapped_) return observer_->trapped({seen.pc, pc_, csrs_.mcause, csrs_.mtval, seen.cycle});
  // A call to the host retires when the host is done; what it takes is known.
  const bool host_call = stopped_ && stop_ == Stop::semihosting;
  if (instructions() == retired && !host_call) return;
  seen.result = x_[seen.rd];
  seen.next_pc = host_call ? seen.pc + 4 : pc_;
  seen.cycles = host_call ? config_.cycles.system : cycles() - seen.cycle;
  observer_->executed(seen);
}

bool Core::stop_due(Stop& why) {
  if (flush_needed_) flush();
  if (stopped_) {
    stopped_ = false;
    why = stop_;
    return true;
  }
  if (stop_requested_) {
    stop_requested_ = false;
    why = Stop::requested;
    return true;
  }
  if (waiting_ && (csrs_.mip & csrs_.mie) == 0) {
    why = Stop::wait;
    return true;
  }
  waiting_ = false;
  why = Stop::limit;
  return instructions_left_ <= 0 || cycles_left_ <= 0;
}

// The block to run from here, no longer than the limits allow. Null: something else happened.
Block* Core::next_block() {
  const bool over_breakpoint = over_breakpoint_;
  over_breakpoint_ = false;
  if (take_interrupt()) return nullptr;
  if (over_breakpoint) {
    if (const Area* area = area_at(pc_, 2)) {
      assemble(pc_, *area, true);
      return partial(once_, 1);
    }
  }
  Block* const block = find_or_translate(pc_);
  if (block == nullptr) return fetched_from_bus(over_breakpoint);
  if (block->count <= instructions_left_ && block->before_last < cycles_left_) return block;
  std::uint32_t count = 0;
  while (count < block->count && count < instructions_left_ && block->marks[count].cycles < cycles_left_) ++count;
  return partial(*block, count);
}

// The first instructions of a block, `count` of them, as one that is run once.
Block* Core::partial(const Block& block, std::uint32_t count) {
  const Block from = block;
  std::copy_n(from.ops, count, ops_.begin());
  std::copy_n(from.marks, count + 1, marks_.begin());
  once_ = from;
  once_.count = count;
  once_.next = once_.taken = nullptr;
  ops_[count] = pseudo(Operation::leave_block);
  close(from.pc() + marks_[count].offset, marks_[count].cycles);
  return &once_;
}

// An instruction from outside all windows: never kept, because others may write there.
Block* Core::fetched_from_bus(bool over_breakpoint) {
  const std::uint32_t at = pc_;
  if (breakpoint_at(at) && !over_breakpoint) {
    over_breakpoint_ = true;
    return stop(Stop::breakpoint), nullptr;
  }
  std::uint32_t bits = 0;
  for (unsigned part = 0; part < 2; ++part) {
    const std::uint32_t address = at + 2 * part;
    const unsigned bytes = part == 0 && at % 4 == 0 ? 4 : 2;
    if (!csrs_.pmp.allows(address, 2, Right::execute, privilege_))
      return enter_trap(fetch_fault_cause, address), nullptr;
    const BusResult result = bus_.read(address, bytes, Purpose::fetch);
    cycles_left_ -= static_cast<std::int64_t>(result.cycles);
    if (!result.ok) return enter_trap(fetch_fault_cause, address), nullptr;
    bits |= result.value << 16 * part;
    if (bytes == 4 || length_of(bits) == 2) break;
  }
  if (length_of(bits) == 4 && !csrs_.pmp.allows(at + 2, 2, Right::execute, privilege_))
    return enter_trap(fetch_fault_cause, at + 2), nullptr;
  fetched_bits_ = bits;
  const Instruction instruction = decode(bits);
  assemble_one(at, instruction, cost_of(instruction.operation));
  return &once_;
}

bool Core::take_interrupt() {
  const std::uint32_t pending = csrs_.mip & csrs_.mie;
  if (pending == 0) return false;
  if (privilege_ == Privilege::machine && (csrs_.mstatus & csr::mstatus_mie) == 0) return false;
  // External, software, timer: in this order (section 3.1.9).
  constexpr std::uint32_t causes[] = {11, 3, 7};
  for (const std::uint32_t cause : causes) {
    if ((pending >> cause & 1) == 0) continue;
    enter_trap(1u << 31 | cause, 0);
    return true;
  }
  return false;
}

// Section 3.1.6.1 and 3.1.7. The core stands before the instruction that is to be executed after the trap.
void Core::enter_trap(std::uint32_t cause, std::uint32_t value) {
  const bool interrupt = cause >> 31 != 0;
  const std::uint32_t base = csrs_.mtvec & ~3u;
  const bool vectored = (csrs_.mtvec & 1) != 0 && interrupt;
  trapped_ = true;
  if (stop_at_trap_) stop(Stop::trap);
  if (!interrupt && privilege_ == Privilege::machine && pc_ == base) stop(Stop::lockup);
  std::uint32_t& status = csrs_.mstatus;
  const bool enabled = (status & csr::mstatus_mie) != 0;
  status = (status & ~(csr::mstatus_mie | csr::mstatus_mpie | csr::mstatus_mpp)) | (enabled ? csr::mstatus_mpie : 0) |
           (privilege_ == Privilege::machine ? csr::mstatus_mpp : 0);
  csrs_.mepc = pc_;
  csrs_.mcause = cause;
  csrs_.mtval = value;
  privilege_ = Privilege::machine;
  reserved_ = false;
  pc_ = vectored ? base + 4 * (cause & 0x7fffffff) : base;
  cycles_left_ -= config_.cycles.trap;
  update_data_path();
}

}  // namespace takt::rv32
