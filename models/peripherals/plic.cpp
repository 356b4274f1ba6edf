#include "models/peripherals/plic.h"

#include <utility>

namespace takt::peripherals {
namespace {

// Source 0 does not exist: its bits are hardwired to zero ("Interrupt Enables").
constexpr std::uint32_t all_sources = (1u << TAKT_IRQ_END) - 2;

}  // namespace

Plic::Plic(const sc_core::sc_module_name& name)
    : Peripheral(name), source("source", TAKT_IRQ_END - 1), interrupt("interrupt") {
  file_.add({TAKT_PLIC_REGISTERS(TAKT_REGISTER_SPEC)});
  for (const std::uint32_t offset :
       {TAKT_PLIC_PRIORITY_1, TAKT_PLIC_PRIORITY_2, TAKT_PLIC_PRIORITY_3, TAKT_PLIC_PRIORITY_4, TAKT_PLIC_THRESHOLD})
    file_.on_write(offset, [this](std::uint32_t) { changed(); });
  file_.on_write(TAKT_PLIC_ENABLE, [this](std::uint32_t bits) {
    file_.set(TAKT_PLIC_ENABLE, bits & all_sources);
    changed();
  });
  file_.on_read(TAKT_PLIC_PENDING, [this] {
    forward();
    return pending_;
  });
  file_.on_take(TAKT_PLIC_CLAIM, [this] { return claim(); });
  file_.on_write(TAKT_PLIC_CLAIM, [this](std::uint32_t n) { complete(n); });
  SC_METHOD(update);
  sensitive << changed_;
  for (auto& line : source) sensitive << line;
}

// "Interrupt Gateways".
void Plic::forward() {
  for (std::uint32_t n = 1; n < TAKT_IRQ_END; ++n) {
    const std::uint32_t bit = 1u << n;
    if ((busy_ & bit) != 0 || (!source[n - 1].read() && raised_[n].empty())) continue;
    pending_ |= bit;
    busy_ |= bit;
  }
}

// The highest priority, and of equal ones the lowest number ("Interrupt Priorities"); 0: none.
std::uint32_t Plic::best() const {
  std::uint32_t winner = 0;
  for (std::uint32_t n = 1; n < TAKT_IRQ_END; ++n)
    if ((pending_ & enabled()) >> n & 1 && priority(n) > priority(winner)) winner = n;
  return winner;
}

// Whatever the threshold is ("Interrupt Claim Process").
std::uint32_t Plic::claim() {
  forward();
  const std::uint32_t n = best();
  if (n != 0) {
    pending_ &= ~(1u << n);
    ++claims_;
    for (const std::function<void()>& claimed : std::exchange(raised_[n], {})) claimed();
    changed();
  }
  return n;
}

// Of a source that is not enabled it is ignored ("Interrupt Completion").
void Plic::complete(std::uint32_t n) {
  if (n >= TAKT_IRQ_END || (enabled() >> n & 1) == 0) return;
  busy_ &= ~(1u << n) | pending_;
  changed();
}

void Plic::raise(std::uint32_t n, std::function<void()> claimed) {
  raised_[n].push_back(std::move(claimed));
  changed();
}

void Plic::forget() {
  pending_ = busy_ = 0;
  raised_ = {};
}

void Plic::update() {
  forward();
  interrupt.write(priority(best()) > file_.value(TAKT_PLIC_THRESHOLD));
}

}  // namespace takt::peripherals
