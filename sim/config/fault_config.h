// Faults that a scenario injects ([[fault]]), and what the driver does about failures ([recovery]).
#pragma once

#include <cstdint>
#include <string>

namespace takt::config {

// What goes wrong. Each has an event; which event it is, the trigger of FaultConfig says.
enum class FaultKind : std::uint8_t {
  // the NPU: a compute command begins, or retires
  engine_hang,
  engine_slow,
  scratchpad_parity,
  // a batch of commands is fetched; a DMA command is issued
  bad_command,
  access_fault,
  // a DMA transfer, or a read of the front end, is answered
  dma_error,
  dma_hang,
  fetch_error,
  // a piece of a job is saved; a job stops; the engines are reset
  save_hang,
  lost_engine_interrupt,
  reset_failure,
  // the control processor interrupts the host, or touches shared memory
  lost_host_interrupt,
  control_memory_error,
  // the driver submits a job, or takes its record
  bad_slot,
  bad_ring,
  lost_doorbell,
  early_doorbell,
  double_doorbell,
  unknown_status,
  // at a time
  stray_doorbell,
  spurious_interrupt,
  firmware_hang,
  firmware_crash,
  firmware_wedge,
  client_death,
};

// The event happens by itself at `at_us`, and again each period_us.
constexpr bool is_timed(FaultKind kind) { return kind >= FaultKind::stray_doorbell; }
// The event is about a job, or a stream.
constexpr bool has_stream(FaultKind kind) {
  return kind == FaultKind::client_death ||
         (!is_timed(kind) && kind != FaultKind::reset_failure && kind != FaultKind::lost_host_interrupt &&
          kind != FaultKind::control_memory_error);
}

// Events before at_us and of other streams and requests do not count; of the others `space` pass, then every
// interval-th strikes with the probability, until it has `times` times: the attributes of the Linux kernel's fault
// injection (Documentation/fault-injection).
struct FaultConfig {
  std::string name;  // unique in the scenario
  FaultKind kind = FaultKind::engine_hang;
  std::uint64_t at_us = 0;    // from where arrivals are counted
  std::string stream;         // empty: any
  std::uint64_t request = 0;  // of the stream, the first is 1; 0: any
  std::uint64_t space = 0;
  std::uint64_t interval = 1;
  std::uint64_t probability = 0;  // in 1/100000
  std::uint64_t times = 1;        // 0: without end
  std::uint64_t period_us = 0;    // of timed kinds
  std::uint32_t factor = 0;       // engine_slow: so many times its cycles
  std::uint64_t seed = 0;         // the effective one
};
constexpr std::uint64_t certain = 100000;

struct RecoveryConfig {
  // Of a stream with jobs submitted: without an answer for so long the driver looks itself; 0: never.
  std::uint64_t timeout_us = 0;
  std::uint64_t reply_timeout_us = 0;       // of the firmware to a query then
  bool cold_boot = false;                   // of a firmware that does not answer, or whose watchdog has expired
  bool warm_boot = false;                   // before that, where the last one was cold_boot_interval_us ago at least
  std::uint64_t cold_boot_interval_us = 0;  // the next no earlier
  std::uint64_t reset_us = 0;               // that the processor is held in reset before a warm boot
  std::uint64_t power_cycle_us = 0;         // power off until the firmware, loaded again, leaves reset
};

}  // namespace takt::config
