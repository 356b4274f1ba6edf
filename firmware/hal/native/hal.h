// HAL of the native build: forwards to a port. Same members as firmware/hal/rv32/hal.h; a build chooses by include
// path.
#pragma once

#include "firmware/hal/native/hal_port.h"

namespace takt::firmware {

class Hal {
 public:
  explicit Hal(HalPort& port) : port_(port) {}

  uint32_t read(uint32_t address) { return port_.read(address); }
  void write(uint32_t address, uint32_t value) { port_.write(address, value); }
  void load(DeviceAddr from, void* to, uint32_t bytes) { port_.load(from, to, bytes); }
  void store(DeviceAddr to, const void* from, uint32_t bytes) { port_.store(to, from, bytes); }
  void fence() { port_.fence(); }
  void cost(CostPoint point, uint32_t n = 1) { port_.cost(point, n); }
  void wait_for_interrupt() { port_.wait_for_interrupt(); }
  void log(LogEvent event, uint32_t queue, uint64_t job) { port_.log(event, queue, job); }

 private:
  HalPort& port_;
};

}  // namespace takt::firmware
