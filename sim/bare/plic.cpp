#include "sim/bare/plic.h"

#include <algorithm>

namespace takt::bare {
namespace {

// "Memory Map".
constexpr std::uint32_t priority_end = 4 * (Plic::sources + 1), pending_offset = 0x1000, enable_offset = 0x2000,
                        threshold_offset = 0x200000, claim_offset = 0x200004;

}  // namespace

// The highest priority, and of equal ones the lowest number ("Interrupt Priorities"); 0: none.
std::uint32_t Plic::best() const {
  std::uint32_t winner = 0;
  for (std::uint32_t n = 1; n <= sources; ++n)
    if ((pending_ & enabled_) >> n & 1 && priority_[n] > priority_[winner]) winner = n;
  return winner;
}

// Gateways forward one request each, which stays though the line falls ("Interrupt Gateways").
void Plic::update() {
  const std::uint32_t forwarded = lines_ & ~busy_;
  pending_ |= forwarded;
  busy_ |= forwarded;
  core_->set_interrupt(rv32::Interrupt::external, priority_[best()] > threshold_);
}

rv32::BusResult Plic::look(std::uint32_t address) const {
  const std::uint32_t offset = (address - base) & ~3u;
  if (address - base >= bytes) return {};
  if (offset < priority_end) return {true, priority_[offset / 4], access_cycles_};
  switch (offset) {
    case pending_offset:
      return {true, pending_, access_cycles_};
    case enable_offset:
      return {true, enabled_, access_cycles_};
    case threshold_offset:
      return {true, threshold_, access_cycles_};
    case claim_offset:
      return {true, best(), access_cycles_};
    case lines_offset:
      return {true, lines_, access_cycles_};
    default:
      return {};
  }
}

rv32::BusResult Plic::read(std::uint32_t address, unsigned width, rv32::Purpose purpose) {
  if (purpose == rv32::Purpose::fetch || width != 4) return {};
  const rv32::BusResult result = look(address);
  if (result.ok && address - base == claim_offset) {
    pending_ &= ~(1u << result.value);
    update();
  }
  return result;
}

// Of a source that is not enabled it is ignored ("Interrupt Completion").
void Plic::complete(std::uint32_t source) {
  if (source <= sources && (enabled_ >> source & 1) != 0 && (pending_ >> source & 1) == 0) busy_ &= ~(1u << source);
}

rv32::BusResult Plic::write(std::uint32_t address, unsigned width, std::uint32_t value) {
  const std::uint32_t offset = address - base;
  if (width != 4 || !look(address).ok) return {};
  if (offset < priority_end) {
    if (offset != 0) priority_[offset / 4] = std::min(value, most_priority);
  } else if (offset == enable_offset) {
    enabled_ = value & ~1u;
  } else if (offset == threshold_offset) {
    threshold_ = std::min(value, most_priority);
  } else if (offset == claim_offset) {
    complete(value);
  } else if (offset == lines_offset) {
    lines_ = value & ~1u;
  }
  update();
  return {true, 0, access_cycles_};
}

}  // namespace takt::bare
