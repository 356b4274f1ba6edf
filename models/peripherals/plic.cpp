#include "models/peripherals/plic.h"

#include <utility>

namespace takt::peripherals {

Plic::Plic(const sc_core::sc_module_name& name)
    : Peripheral(name), source("source", TAKT_IRQ_END - 1), interrupt("interrupt") {
  file_.add({TAKT_PLIC_REGISTERS(TAKT_REGISTER_SPEC)});
  for (const std::uint32_t offset : {TAKT_PLIC_PRIORITY_1, TAKT_PLIC_PRIORITY_2, TAKT_PLIC_PRIORITY_3,
                                     TAKT_PLIC_PRIORITY_4, TAKT_PLIC_ENABLE, TAKT_PLIC_THRESHOLD})
    file_.on_write(offset, [this](std::uint32_t) { changed(); });
  file_.on_read(TAKT_PLIC_PENDING, [this] {
    std::uint32_t bits = 0;
    for (std::uint32_t n = 1; n < TAKT_IRQ_END; ++n) bits |= pending(n) ? 1u << n : 0u;
    return bits;
  });
  file_.on_take(TAKT_PLIC_CLAIM, [this] { return claim(); });
  file_.on_write(TAKT_PLIC_CLAIM, [this](std::uint32_t n) {
    if (n == 0 || n >= TAKT_IRQ_END) return;
    claimed_[n] = false;
    changed();
  });
  SC_METHOD(update);
  sensitive << changed_;
  for (auto& line : source) sensitive << line;
}

std::uint32_t Plic::best() const {
  std::uint32_t winner = 0;
  std::uint32_t highest = file_.value(TAKT_PLIC_THRESHOLD);
  for (std::uint32_t n = 1; n < TAKT_IRQ_END; ++n) {
    const bool enabled = (file_.value(TAKT_PLIC_ENABLE) >> n & 1) != 0;
    if (!enabled || !pending(n) || priority(n) <= highest) continue;
    winner = n;
    highest = priority(n);
  }
  return winner;
}

std::uint32_t Plic::claim() {
  const std::uint32_t n = best();
  if (n != 0) {
    claimed_[n] = true;
    ++claims_;
    for (const std::function<void()>& claimed : std::exchange(raised_[n], {})) claimed();
    changed();
  }
  return n;
}

void Plic::raise(std::uint32_t n, std::function<void()> claimed) {
  raised_[n].push_back(std::move(claimed));
  changed();
}

void Plic::forget() {
  claimed_ = {};
  raised_ = {};
}

void Plic::update() { interrupt.write(best() != 0); }

}  // namespace takt::peripherals
