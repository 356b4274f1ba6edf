#include "hal.h"

#include "firmware/abi/log.h"
#include "firmware/abi/registers.h"

// A debugger and tools read it. Start-up code leaves it alone: a restart goes on with it.
extern "C" {
__attribute__((section(".noinit"))) struct {
  takt_log_header header;
  takt_log_record records[256];
} takt_log;

// Of a cold boot.
void takt_begin_log() { takt_log.header.written = 0; }
}

namespace takt::firmware {

static_assert(static_cast<uint32_t>(LogEvent::Accepted) == TAKT_LOG_ACCEPTED &&
                  static_cast<uint32_t>(LogEvent::Restored) == TAKT_LOG_RESTORED &&
                  static_cast<uint32_t>(LogEvent::Count) == TAKT_LOG_RESTORED + 1,
              "events of the log are those of the ABI");

namespace {

constexpr uint32_t log_records = sizeof(takt_log.records) / sizeof(takt_log_record);

bool by_words(uint32_t window, const void* ram, uint32_t bytes) {
  return ((window | reinterpret_cast<uintptr_t>(ram) | bytes) & 3) == 0;
}

template <typename T>
void copy_in(uint32_t window, void* to, uint32_t count) {
  volatile const T* source = reinterpret_cast<volatile const T*>(window);
  T* target = static_cast<T*>(to);
  for (uint32_t i = count; i-- > 0;) target[i] = source[i];
}

template <typename T>
void copy_out(uint32_t window, const void* from, uint32_t count) {
  volatile T* target = reinterpret_cast<volatile T*>(window);
  const T* source = static_cast<const T*>(from);
  for (uint32_t i = 0; i < count; ++i) target[i] = source[i];
}

// The low word is read between two equal high words (RISC-V privileged spec, mcycle on RV32).
uint64_t cycle() {
  uint32_t high, low, again;
  do {
    asm volatile("csrr %0, mcycleh" : "=r"(high));
    asm volatile("csrr %0, mcycle" : "=r"(low));
    asm volatile("csrr %0, mcycleh" : "=r"(again));
  } while (high != again);
  return static_cast<uint64_t>(high) << 32 | low;
}

}  // namespace

uint32_t Hal::aim(uint64_t address, uint32_t* bytes) {
  const uint64_t base = address & ~static_cast<uint64_t>(TAKT_WINDOW_BYTES - 1);
  if (base != window_) {
    fence();
    write(TAKT_SYSTEM_BASE + TAKT_SYSTEM_WINDOW_LO, static_cast<uint32_t>(base));
    write(TAKT_SYSTEM_BASE + TAKT_SYSTEM_WINDOW_HI, static_cast<uint32_t>(base >> 32));
    fence();
    window_ = base;
  }
  const uint32_t offset = static_cast<uint32_t>(address - base);
  if (*bytes > TAKT_WINDOW_BYTES - offset) *bytes = TAKT_WINDOW_BYTES - offset;
  return TAKT_WINDOW_BASE + offset;
}

void Hal::load(DeviceAddr from, void* to, uint32_t bytes) {
  unsigned char* target = static_cast<unsigned char*>(to);
  while (bytes != 0) {
    uint32_t piece = bytes;
    const uint32_t window = aim(from.value, &piece);
    if (by_words(window, target, piece)) {
      copy_in<uint32_t>(window, target, piece / 4);
    } else {
      copy_in<unsigned char>(window, target, piece);
    }
    from.value += piece;
    target += piece;
    bytes -= piece;
  }
}

void Hal::store(DeviceAddr to, const void* from, uint32_t bytes) {
  const unsigned char* source = static_cast<const unsigned char*>(from);
  while (bytes != 0) {
    uint32_t piece = bytes;
    const uint32_t window = aim(to.value, &piece);
    if (by_words(window, source, piece)) {
      copy_out<uint32_t>(window, source, piece / 4);
    } else {
      copy_out<unsigned char>(window, source, piece);
    }
    to.value += piece;
    source += piece;
    bytes -= piece;
  }
}

void Hal::log(LogEvent event, uint32_t queue, uint64_t job) {
  takt_log.records[takt_log.header.written % log_records] = {cycle(), job, static_cast<uint32_t>(event), queue, 0};
  ++takt_log.header.written;
}

}  // namespace takt::firmware
