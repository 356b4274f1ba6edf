// Loads, stores and atomics that are not simply one of the fast window.
#include <algorithm>
#include <cstring>

#include "models/cpu/rv32/area.h"

namespace takt::rv32 {
namespace {

// Exception causes (Privileged Architecture, table 3.6).
constexpr std::uint32_t load_misaligned = 4, load_fault = 5, store_misaligned = 6, store_fault = 7;

unsigned bytes_of(Operation operation) {
  switch (operation) {
    case Operation::lb:
    case Operation::lbu:
    case Operation::sb:
      return 1;
    case Operation::lh:
    case Operation::lhu:
    case Operation::sh:
      return 2;
    default:
      return 4;
  }
}

std::uint32_t extended(std::uint32_t value, unsigned bytes, bool sign) {
  if (!sign || bytes == 4) return value;
  const std::uint32_t top = 1u << (8 * bytes - 1);
  return (value ^ top) - top;
}

std::uint32_t combined(Operation operation, std::uint32_t old, std::uint32_t operand) {
  const auto a = static_cast<std::int32_t>(old), b = static_cast<std::int32_t>(operand);
  switch (operation) {
    case Operation::amoadd:
      return old + operand;
    case Operation::amoxor:
      return old ^ operand;
    case Operation::amoand:
      return old & operand;
    case Operation::amoor:
      return old | operand;
    case Operation::amomin:
      return static_cast<std::uint32_t>(std::min(a, b));
    case Operation::amomax:
      return static_cast<std::uint32_t>(std::max(a, b));
    case Operation::amominu:
      return std::min(old, operand);
    case Operation::amomaxu:
      return std::max(old, operand);
    default:
      return operand;
  }
}

}  // namespace

Core::Next Core::fault(std::uint32_t cause, std::uint32_t value) {
  trap_cause_ = cause;
  trap_value_ = value;
  return Next::trap;
}

// In machine mode without locked entries nothing is forbidden but an access that is only partly in an entry
// (section 3.7.1, priority and matching), which an aligned one never is.
bool Core::allowed(std::uint32_t address, unsigned bytes, Right right) const {
  const Privilege as = csrs_.data_privilege(privilege_);
  if (as == Privilege::machine && !csrs_.pmp.restricts_machine() && (address & (bytes - 1)) == 0) return true;
  return csrs_.pmp.allows(address, bytes, right, as);
}

const Core::Area* Core::area_at(std::uint32_t address, unsigned bytes) const {
  for (const auto& area : areas_)
    if (area->holds(address, bytes)) return area.get();
  return nullptr;
}

Core::Area* Core::area_at(std::uint32_t address, unsigned bytes) {
  return const_cast<Area*>(static_cast<const Core*>(this)->area_at(address, bytes));
}

// Edges of entries are multiples of 4, so an aligned access is inside a span or outside.
void Core::note_span(std::uint32_t address, Right right) {
  if (!restricted_ || !fast_->holds(address, 1)) return;
  const Pmp::Range around = csrs_.pmp.uniform_around(address);
  const std::uint64_t first = std::max<std::uint64_t>(around.first, fast_base_);
  const std::uint64_t last = std::min<std::uint64_t>(around.last, std::uint64_t{fast_base_} + fast_->window.bytes - 1);
  Range& span = (right == Right::read ? readable_ : writable_)[oldest_span_++ % readable_.size()];
  span = {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last - first + 1)};
}

// Everything that the access may call sees the core as it stands before this instruction. What is left of the limits is
// given back for that, and taken again where the block goes on.
Core::Next Core::access(const Block& block, const Op& op) {
  const auto operation = static_cast<Operation>(op.operation);
  const auto index = static_cast<std::uint32_t>(&op - block.ops);
  const std::int64_t instructions = block.count - index;
  const std::int64_t cycles = std::int64_t{block.before_last} - block.marks[index].cycles;
  instructions_left_ += instructions;
  cycles_left_ += cycles;
  pc_ = block.pc() + block.marks[index].offset;
  const std::uint32_t base = x_[op.rs1], address = base + static_cast<std::uint32_t>(op.imm);
  const Kind kind = kind_of(operation);
  const unsigned bytes = bytes_of(operation);
  const Next next = kind == Kind::atomic ? atomic(base, op)
                    : kind == Kind::store
                        ? store(address, bytes, x_[op.rs2])
                        : load(address, bytes, operation == Operation::lb || operation == Operation::lh, op.rd);
  if (next == Next::trap) {
    enter_trap(trap_cause_, trap_value_);
    return next;
  }
  // What the access waited may leave no room for the rest of the block.
  if (next == Next::go_on && cycles_left_ - cycles > 0) {
    instructions_left_ -= instructions;
    cycles_left_ -= cycles;
    return next;
  }
  instructions_left_ -= 1;
  cycles_left_ -= block.marks[index + 1].cycles - block.marks[index].cycles;
  pc_ = block.pc() + block.marks[index + 1].offset;
  return Next::leave;
}

// Memory takes misaligned accesses, in two pieces. Registers do not: those trap.
bool Core::aligned_or_split(std::uint32_t address, unsigned bytes) {
  if ((address & (bytes - 1)) == 0) return true;
  if (area_at(address, bytes) == nullptr) return false;
  cycles_left_ -= config_.cycles.misaligned;
  return true;
}

Core::Next Core::load(std::uint32_t address, unsigned bytes, bool sign, unsigned rd) {
  if (!aligned_or_split(address, bytes)) return fault(load_misaligned, address);
  std::uint32_t value = 0;
  const Next next = read_raw(address, bytes, load_fault, value);
  if (next != Next::trap) x_[rd] = extended(value, bytes, sign);
  return next;
}

Core::Next Core::store(std::uint32_t address, unsigned bytes, std::uint32_t value) {
  if (!aligned_or_split(address, bytes)) return fault(store_misaligned, address);
  return write_raw(address, bytes, value);
}

Core::Next Core::read_raw(std::uint32_t address, unsigned bytes, std::uint32_t cause, std::uint32_t& value) {
  if (!allowed(address, bytes, Right::read)) return fault(cause, address);
  note_span(address, Right::read);
  const Access access = {address, bytes, false};
  if (const Area* area = area_at(address, bytes)) {
    std::memcpy(&value, area->at(address), bytes);
    cycles_left_ -= area->window.data_cycles;
    return done(access, Next::go_on);
  }
  const BusResult result = bus_.read(address, bytes, Purpose::data);
  value = result.value & (bytes == 4 ? ~0u : (1u << 8 * bytes) - 1);
  return bus_done(result, cause, access);
}

Core::Next Core::write_raw(std::uint32_t address, unsigned bytes, std::uint32_t value) {
  if (!allowed(address, bytes, Right::write)) return fault(store_fault, address);
  note_span(address, Right::write);
  Area* area = area_at(address, bytes);
  const Access access = {address, bytes, true};
  if (area == nullptr) return bus_done(bus_.write(address, bytes, value), store_fault, access);
  if (!area->window.writable) return fault(store_fault, address);
  std::memcpy(area->at(address), &value, bytes);
  cycles_left_ -= area->window.data_cycles;
  if (!area->code.touches(address - area->window.base, bytes)) return Next::go_on;
  flush_needed_ = true;
  return done(access, Next::leave);
}

// The callee may have changed interrupts or asked for a stop: the block is left in any case.
Core::Next Core::bus_done(const BusResult& result, std::uint32_t cause, const Access& access) {
  cycles_left_ -= static_cast<std::int64_t>(result.cycles);
  return result.ok ? done(access, Next::leave) : fault(cause, access.address);
}

// An access that did not fault, and `next` where nobody watches it.
Core::Next Core::done(const Access& access, Next next) {
  for (const Access& range : watches_) {
    const bool overlap = access.address - range.address < range.bytes || range.address - access.address < access.bytes;
    if (!overlap || access.store != range.store) continue;
    watched_ = access;
    stop(Stop::watched);
    next = Next::leave;
  }
  return next;
}

// In windows only: nothing behind the bus can keep a reservation or lock itself for an atomic operation.
Core::Next Core::atomic(std::uint32_t address, const Op& op) {
  const auto operation = static_cast<Operation>(op.operation);
  const bool is_load = operation == Operation::lr;
  if ((address & 3) != 0) return fault(is_load ? load_misaligned : store_misaligned, address);
  if (area_at(address, 4) == nullptr) return fault(is_load ? load_fault : store_fault, address);
  if (operation == Operation::sc) {
    const bool succeeds = reserved_ && reservation_ == address;
    reserved_ = false;
    const Next next = succeeds ? write_raw(address, 4, x_[op.rs2]) : Next::go_on;
    if (next != Next::trap) x_[op.rd] = succeeds ? 0 : 1;
    return next;
  }
  // One that may not write does not read either.
  if (!is_load && !(allowed(address, 4, Right::write) && area_at(address, 4)->window.writable))
    return fault(store_fault, address);
  std::uint32_t old = 0;
  const Next read = read_raw(address, 4, is_load ? load_fault : store_fault, old);
  if (read == Next::trap) return read;
  if (is_load) {
    reserved_ = true;
    reservation_ = address;
    x_[op.rd] = old;
    return read;
  }
  const Next next = write_raw(address, 4, combined(operation, old, x_[op.rs2]));
  if (next == Next::trap) return next;
  x_[op.rd] = old;
  return read == Next::leave ? read : next;
}

bool Core::peek(std::uint32_t address, void* to, std::uint32_t bytes) const {
  const Area* area = area_at(address, bytes);
  if (area == nullptr) return false;
  std::memcpy(to, area->at(address), bytes);
  return true;
}

bool Core::poke(std::uint32_t address, const void* from, std::uint32_t bytes) {
  Area* area = area_at(address, bytes);
  if (area == nullptr) return false;
  std::memcpy(area->at(address), from, bytes);
  invalidate(address, bytes);
  return true;
}

}  // namespace takt::rv32
