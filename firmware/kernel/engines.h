#pragma once

#include <stdint.h>

#include "firmware/abi/registers.h"
#include "firmware/base/device_addr.h"
#include "hal.h"

namespace takt::firmware {

// What a hardware queue is told about a job.
struct EngineJob {
  DeviceAddr program;
  DeviceAddr parameters;
  DeviceAddr save_area;
  uint32_t save_bytes;
  uint32_t context;
  uint32_t tag;
  uint32_t qos;
  DeviceAddr windows;
};

struct EngineStop {
  uint32_t state;   // takt_npu_state
  uint32_t status;  // takt_status
  uint32_t fault_command;
};

// The NPU's hardware queues. A save area holds everything a preempted job needs, so any hardware queue can resume it.
class Engines {
 public:
  // `hardware_version`: TAKT_ABI_HARDWARE of the chip; power levels exist since 1.4.
  Engines(Hal& hal, uint32_t hardware_version) : hal_(hal), hardware_version_(hardware_version) {}

  // From now on a hardware queue's jobs begin at a core.
  void place(uint32_t hardware_queue, uint32_t first_core);
  void start(uint32_t hardware_queue, const EngineJob& job, bool resume);
  void preempt(uint32_t hardware_queue);
  void force_preempt(uint32_t hardware_queue);
  void abort(uint32_t hardware_queue);
  uint32_t progress(uint32_t hardware_queue);
  EngineStop state(uint32_t hardware_queue);
  // What the hardware queues have is not known.
  void forget_windows();
  // Stops every engine and drops every hardware queue; interrupts raised before are discarded. Tries twice; false: the
  // hardware does not obey.
  bool reset(uint32_t hardware_queues);
  // At least 1, at most TAKT_NPU_MAX_LEVELS; level 0 is the fastest.
  uint32_t power_levels();
  // 0: not known.
  uint32_t clock_khz(uint32_t level);
  void set_power_level(uint32_t level) { hal_.write(TAKT_NPU_BASE + TAKT_NPU_POWER_LEVEL, level); }
  // A takt_npu_power_state. A start wakes.
  void sleep(uint32_t state);
  // Of a core's state in a forced save. 0: this hardware has none.
  uint32_t context_bytes();
  // That jobs can have of their own. 0: this hardware runs one job at a time.
  uint32_t cores();

 private:
  bool reset_works(uint32_t hardware_queues);
  uint32_t get(uint32_t hardware_queue, uint32_t offset);
  void set(uint32_t hardware_queue, uint32_t offset, uint32_t value);
  void set_windows(uint32_t hardware_queue, DeviceAddr windows);
  void set_address(uint32_t hardware_queue, uint32_t low_offset, DeviceAddr address);

  Hal& hal_;
  uint32_t hardware_version_;
  DeviceAddr windows_[TAKT_NPU_MAX_QUEUES] = {};  // as the hardware queues have them
};

}  // namespace takt::firmware
