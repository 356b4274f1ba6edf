#include "firmware/base/placement.h"
#include "firmware/kernel/firmware.h"

namespace {

// Built by takt_main: objects with static constructors would need start-up code of their own.
alignas(8) unsigned char hal_storage[sizeof(takt::firmware::Hal)];
alignas(8) unsigned char firmware_storage[sizeof(takt::firmware::Firmware)];
// Start-up code leaves it alone.
__attribute__((section(".noinit"))) takt::firmware::Journal journal;

}  // namespace

extern "C" void takt_trap();
extern "C" void takt_begin_log();

extern "C" void __cxa_pure_virtual() { takt_trap(); }

extern "C" [[noreturn]] void takt_main(uint32_t hart, const takt_boot_info* info) {
  using takt::firmware::Firmware;
  using takt::firmware::Hal;
  using takt::firmware::Place;
  Hal& hal = *new (Place{hal_storage}) Hal;
  if (hart == 0) {
    if ((info->flags & TAKT_BOOT_WARM) == 0) takt_begin_log();
    Firmware& firmware = *new (Place{firmware_storage}) Firmware(hal, *info, journal);
    if (firmware.boot()) firmware.run();
  }
  for (;;) hal.wait_for_interrupt();
}
