#include "models/peripherals/clint.h"

namespace takt::peripherals {

using units::Cycles;
using units::Time;

Clint::Clint(const sc_core::sc_module_name& name, const TimerConfig& config)
    : Peripheral(name), interrupt("interrupt"), clock_(config.clock_hz) {
  file_.add({TAKT_CLINT_REGISTERS(TAKT_REGISTER_SPEC)});
  file_.on_read(TAKT_CLINT_MTIME_LO, [this] { return static_cast<std::uint32_t>(ticks()); });
  file_.on_read(TAKT_CLINT_MTIME_HI, [this] { return static_cast<std::uint32_t>(ticks() >> 32); });
  file_.on_write(TAKT_CLINT_MTIMECMP_LO, [this](std::uint32_t) { changed(); });
  file_.on_write(TAKT_CLINT_MTIMECMP_HI, [this](std::uint32_t) { changed(); });
  SC_METHOD(update);
  sensitive << changed_;
}

std::uint64_t Clint::compare() const {
  return file_.value(TAKT_CLINT_MTIMECMP_LO) | std::uint64_t{file_.value(TAKT_CLINT_MTIMECMP_HI)} << 32;
}

void Clint::update() {
  const std::uint64_t compare_at = compare();
  const bool due = ticks() >= compare_at;
  interrupt.write(due);
  // Compare values beyond what picoseconds can express are "never".
  const std::uint64_t longest = units::mul_div(~std::uint64_t{0} / 2, clock_.hertz(), units::picoseconds_per_second);
  if (due || compare_at > longest) return;
  const Time at = clock_.at(Cycles(compare_at));
  // Rounded so that mtime has reached the value: duration rounds up, elapsed rounds down.
  base::notify_at(changed_, at > base::now() ? at : base::now() + Time(1));
}

}  // namespace takt::peripherals
