#pragma once

#include <stdint.h>

#include "firmware/abi/registers.h"
#include "hal.h"

namespace takt::firmware {

inline constexpr uint64_t kNever = ~0ull;

// mtime and mtimecmp of the CLINT. Ticks are those of takt_boot_info.timer_hz.
class Timer {
 public:
  explicit Timer(Hal& hal) : hal_(hal) {}

  // The high word is read on both sides of the low one: a carry in between shows (RISC-V privileged spec, mtime).
  uint64_t now() {
    uint32_t high = hal_.read(TAKT_CLINT_BASE + TAKT_CLINT_MTIME_HI);
    for (;;) {
      const uint32_t low = hal_.read(TAKT_CLINT_BASE + TAKT_CLINT_MTIME_LO);
      const uint32_t again = hal_.read(TAKT_CLINT_BASE + TAKT_CLINT_MTIME_HI);
      if (again == high) return static_cast<uint64_t>(high) << 32 | low;
      high = again;
    }
  }

  // Interrupt at `ticks`; kNever: none. Passes through "never" so that no intermediate value fires.
  void arm(uint64_t ticks) {
    if (ticks == armed_) return;
    armed_ = ticks;
    hal_.write(TAKT_CLINT_BASE + TAKT_CLINT_MTIMECMP_HI, 0xffffffffu);
    hal_.write(TAKT_CLINT_BASE + TAKT_CLINT_MTIMECMP_LO, static_cast<uint32_t>(ticks));
    hal_.write(TAKT_CLINT_BASE + TAKT_CLINT_MTIMECMP_HI, static_cast<uint32_t>(ticks >> 32));
  }
  uint64_t armed() const { return armed_; }

 private:
  Hal& hal_;
  uint64_t armed_ = kNever;  // the registers' reset value
};

}  // namespace takt::firmware
