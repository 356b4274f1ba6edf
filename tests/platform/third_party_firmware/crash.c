// A firmware that loads from an address where nothing answers, three calls deep, and spins in its trap handler. Its
// scheduling log holds two records by then and, with PRINTS, it has printed a line and begun another.
#include "firmware/abi/abi.h"
#include "firmware/abi/log.h"

struct {
  takt_log_header header;
  takt_log_record records[4];
} takt_log;

__attribute__((naked, aligned(4), used)) void on_trap(void) { __asm__ volatile("1: j 1b"); }

__attribute__((naked, section(".text.start"), used)) void _start(void) {
  __asm__ volatile(
      "la sp, stack_top\n"
      "la t0, on_trap\n"
      "csrw mtvec, t0\n"
      "call serve\n");
}

static uint64_t cycle(void) {
  uint32_t low;
  __asm__ volatile("csrr %0, mcycle" : "=r"(low));
  return low;
}

static void note(uint32_t event, uint32_t queue, uint64_t job) {
  takt_log.records[takt_log.header.written % 4] = (takt_log_record){cycle(), job, event, queue, 0};
  ++takt_log.header.written;
}

#ifdef PRINTS
static void print(const char* text) {
  for (; *text != 0; ++text) *(volatile uint32_t*)(TAKT_SYSTEM_BASE + TAKT_SYSTEM_CONSOLE) = (unsigned char)*text;
}
#endif

__attribute__((noipa)) uint32_t read_header(uint32_t address) { return *(volatile uint32_t*)address + 1; }
__attribute__((noipa)) uint32_t open_ring(uint32_t address) { return read_header(address + 0x10) + 2; }
__attribute__((noipa)) uint32_t harmless(uint32_t value) { return value ^ 1; }

__attribute__((used)) void serve(void) {
  note(TAKT_LOG_ACCEPTED, 3, 7);
  note(77, harmless(2), 8);
#ifdef PRINTS
  print("two records\nopening");
#endif
  for (;;) open_ring(harmless(0x50000001));
}
