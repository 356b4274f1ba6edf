#include "models/cpu/rv32/core.h"

#include <algorithm>
#include <stdexcept>

#include "models/cpu/rv32/area.h"

namespace takt::rv32 {
namespace {

void check(const Window& window) {
  const std::uint64_t end = std::uint64_t{window.base} + window.bytes;
  if (window.base % 16 != 0 || window.bytes % 16 != 0 || window.bytes == 0 || end > std::uint64_t{1} << 32 ||
      window.data == nullptr)
    throw std::invalid_argument("a window needs memory, and base and size that are multiples of 16 within 32 bits");
}

void check(const CycleTable& table) {
  for (const std::uint32_t cycles :
       {table.alu, table.load, table.store, table.branch_not_taken, table.branch_taken, table.jump, table.jump_register,
        table.multiply, table.divide, table.csr, table.atomic, table.system, table.trap})
    if (cycles == 0 || cycles > 1u << 20)
      throw std::invalid_argument("every figure of the cycle table is 1 to 1048576");
}

}  // namespace

Core::Core(const CoreConfig& config, const std::vector<Window>& windows, Bus& bus)
    : config_(config), bus_(bus), csrs_(config.hart) {
  check(config.cycles);
  for (const Window& window : windows) {
    check(window);
    areas_.push_back(std::make_unique<Area>(window));
    if (fast_ == nullptr && window.data_cycles == 0 && window.writable) fast_ = areas_.back().get();
  }
  if (fast_ != nullptr) {
    fast_data_ = fast_->window.data;
    fast_code_ = fast_->code.data();
    fast_base_ = fast_->window.base;
  }
  execute(nullptr);
  reset();
}

Core::~Core() = default;

void Core::reset() {
  x_.fill(0);
  pc_ = config_.reset_pc;
  privilege_ = Privilege::machine;
  const std::uint32_t lines = csrs_.mip;
  csrs_ = Csrs(config_.hart);
  csrs_.mip = lines;
  reserved_ = waiting_ = stopped_ = over_breakpoint_ = false;
  flush_needed_ = true;  // decoded code belongs to a setting of the memory protection
  update_data_path();
}

void Core::set_pc(std::uint32_t pc) {
  pc_ = pc & ~1u;
  waiting_ = over_breakpoint_ = false;
}

void Core::set_interrupt(Interrupt line, bool level) {
  const auto bit = static_cast<std::uint32_t>(line);
  csrs_.mip = level ? csrs_.mip | bit : csrs_.mip & ~bit;
}

bool Core::read_csr(std::uint32_t number, std::uint32_t& value) const {
  return csrs_.read(number, Privilege::machine, progress(), value);
}

bool Core::write_csr(std::uint32_t number, std::uint32_t value) {
  if (!csrs_.write(number, Privilege::machine, progress(), value)) return false;
  flush_needed_ = true;
  update_data_path();
  return true;
}

void Core::invalidate(std::uint32_t address, std::uint32_t bytes) {
  for (const auto& area : areas_)
    if (const Area::Part part = area->part(address, bytes);
        part.bytes != 0 && area->code.touches(part.offset, part.bytes))
      flush_needed_ = true;
}

void Core::set_breakpoint(std::uint32_t address) {
  if (!breakpoint_at(address)) breakpoints_.push_back(address);
  flush_needed_ = true;
}

void Core::clear_breakpoint(std::uint32_t address) {
  breakpoints_.erase(std::remove(breakpoints_.begin(), breakpoints_.end(), address), breakpoints_.end());
  flush_needed_ = true;
}

void Core::watch(const Access& range) {
  watches_.push_back(range);
  flush_needed_ = true;
  update_data_path();
}

void Core::unwatch(const Access& range) {
  const auto found = std::find_if(watches_.begin(), watches_.end(), [&](const Access& other) {
    return other.address == range.address && other.bytes == range.bytes && other.store == range.store;
  });
  if (found != watches_.end()) watches_.erase(found);
  flush_needed_ = true;
  update_data_path();
}

// Memory whose stores are watched counts as code, so that a store to it is looked at.
void Core::flush() {
  cache_.clear();
  for (const auto& area : areas_) {
    area->code.clear();
    for (const Access& range : watches_)
      if (const Area::Part part = area->part(range.address, range.bytes); range.store && part.bytes != 0)
        area->code.mark(part.offset, part.bytes);
  }
  flush_needed_ = false;
}

void Core::update_data_path() {
  const bool unrestricted = csrs_.data_privilege(privilege_) == Privilege::machine && !csrs_.pmp.restricts_machine();
  // A load is looked at where neither the window nor spans of it are open.
  const bool open = fast_ != nullptr &&
                    std::all_of(watches_.begin(), watches_.end(), [](const Access& range) { return range.store; });
  fast_bytes_ = open && unrestricted ? fast_->window.bytes : 0;
  restricted_ = open && !unrestricted;
  readable_ = writable_ = {};
}

}  // namespace takt::rv32
