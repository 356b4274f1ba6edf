#include "models/peripherals/watchdog.h"

namespace takt::peripherals {

using base::now;

Watchdog::Watchdog(const sc_core::sc_module_name& name)
    : Peripheral(name), sleeping("sleeping"), interrupt("interrupt") {
  file_.add({TAKT_WATCHDOG_REGISTERS(TAKT_REGISTER_SPEC)});
  file_.on_write(TAKT_WATCHDOG_LOAD_US, [this](std::uint32_t) { restart(); });
  file_.on_write(TAKT_WATCHDOG_KICK, [this](std::uint32_t) { restart(); });
  file_.on_read(TAKT_WATCHDOG_EXPIRED, [this] { return expired_ ? 1u : 0u; });
  SC_METHOD(update);
  sensitive << changed_ << sleeping;
}

void Watchdog::restart() {
  left_ = timeout();
  deadline_ = now() + timeout();
  changed();
}

// Runs when the processor falls asleep or wakes, after a kick, and when the count may have run out.
void Watchdog::update() {
  if (timeout() != units::Time(0)) {
    const bool count = !sleeping.read();
    if (counting_ && !count) left_ = units::saturating_sub(deadline_, now());
    if (!counting_ && count) deadline_ = now() + left_;
    counting_ = count;
    if (counting_ && !expired_ && now() >= deadline_) {
      expired_ = true;
      if (on_expiry_) on_expiry_();
    }
    if (counting_ && !expired_) base::notify_at(changed_, deadline_);
  }
  interrupt.write(expired_);
}

}  // namespace takt::peripherals
