// The control processor with the firmware's native build inside: a thread that runs it, every access over the bus,
// every primitive charged from the cost table.
#pragma once

#include <memory>

#include "firmware/hal/native/hal.h"
#include "models/cpu/control_cpu.h"
#include "models/cpu/native/loop_guard.h"

namespace takt::firmware {
class Firmware;
class Journal;
}  // namespace takt::firmware

namespace takt::cpu {

// Where the firmware's scheduling log goes: observation only.
class FirmwareLog {
 public:
  virtual ~FirmwareLog() = default;
  virtual void on_log(firmware::LogEvent event, std::uint32_t queue, std::uint64_t job, units::Time at) = 0;
};

class NativeCpu final : public ControlCpu, private firmware::HalPort {
 public:
  NativeCpu(const sc_core::sc_module_name& name, const ControlConfig& config);
  ~NativeCpu() override;

  void set_log(FirmwareLog* log) { log_ = log; }
  // For a LoopGuard.
  const Pulse& pulse() const { return pulse_; }

 private:
  std::uint32_t read(std::uint32_t address) override;
  void write(std::uint32_t address, std::uint32_t value) override;
  void load(firmware::DeviceAddr from, void* to, std::uint32_t bytes) override;
  void store(firmware::DeviceAddr to, const void* from, std::uint32_t bytes) override;
  void fence() override {}  // accesses complete in order already
  void cost(firmware::CostPoint point, std::uint32_t n) override;
  void wait_for_interrupt() override;
  void log(firmware::LogEvent event, std::uint32_t queue, std::uint64_t job) override;

  void run() override;
  void settle();
  void transfer(bool write, std::uint64_t address, unsigned char* data, std::uint32_t bytes);

  firmware::Hal hal_;
  const std::unique_ptr<firmware::Journal> journal_;  // of the memory that a restart keeps
  std::unique_ptr<firmware::Firmware> firmware_;      // not on the thread's stack, which nobody unwinds at the end
  FirmwareLog* log_ = nullptr;
  Pulse pulse_;
  units::Cycles debt_;  // charged, not yet waited for
};

}  // namespace takt::cpu
