// The control processor with the firmware's native build inside: a thread that runs it, every access over the bus,
// every primitive charged from the cost table.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "firmware/abi/boot.h"
#include "firmware/hal/native/hal.h"
#include "models/base/systemc.h"
#include "models/cpu/config.h"
#include "models/units/clock.h"

namespace takt::firmware {
class Firmware;
}

namespace takt::cpu {

// Where the firmware's scheduling log goes: observation only.
class FirmwareLog {
 public:
  virtual ~FirmwareLog() = default;
  virtual void on_log(firmware::LogEvent event, std::uint32_t queue, std::uint64_t job, units::Time at) = 0;
};

class ControlCpu : public sc_core::sc_module, private firmware::HalPort {
 public:
  tlm_utils::simple_initiator_socket<ControlCpu> registers;  // register bus
  tlm_utils::simple_initiator_socket<ControlCpu> memory;     // shared DRAM
  sc_core::sc_in<bool> external_interrupt;                   // interrupt controller
  sc_core::sc_in<bool> timer_interrupt;
  sc_core::sc_out<bool> sleeping;

  struct Counters {
    units::Time busy;              // not waiting for an interrupt
    std::uint64_t interrupts = 0;  // wake-ups
    std::uint64_t register_accesses = 0;
    std::uint64_t memory_accesses = 0;
  };

  SC_HAS_PROCESS(ControlCpu);
  ControlCpu(const sc_core::sc_module_name& name, const ControlConfig& config);
  ~ControlCpu() override;

  // Before the simulation starts.
  void set_boot_info(const takt_boot_info& info) { boot_info_ = info; }
  void set_log(FirmwareLog* log) { log_ = log; }
  // Called with a message when the firmware touches what does not exist; the run is over then.
  void set_fault_handler(std::function<void(const std::string&)> handler) { on_fault_ = std::move(handler); }

  Counters counters() const;

 private:
  std::uint32_t read(std::uint32_t address) override;
  void write(std::uint32_t address, std::uint32_t value) override;
  void load(firmware::DeviceAddr from, void* to, std::uint32_t bytes) override;
  void store(firmware::DeviceAddr to, const void* from, std::uint32_t bytes) override;
  void fence() override {}  // accesses complete in order already
  void cost(firmware::CostPoint point, std::uint32_t n) override;
  void wait_for_interrupt() override;
  void log(firmware::LogEvent event, std::uint32_t queue, std::uint64_t job) override;

  void run();
  void settle();
  std::uint32_t access(bool write, std::uint32_t address, std::uint32_t value);
  void transfer(bool write, std::uint64_t address, unsigned char* data, std::uint32_t bytes);

  const ControlConfig config_;
  const units::Clock clock_;
  takt_boot_info boot_info_{};
  firmware::Hal hal_;
  std::unique_ptr<firmware::Firmware> firmware_;  // not on the thread's stack, which nobody unwinds at the end
  FirmwareLog* log_ = nullptr;
  std::function<void(const std::string&)> on_fault_;
  units::Cycles debt_;  // charged, not yet waited for
  units::Time awake_since_;
  bool asleep_ = false;
  Counters counters_;
  tlm::tlm_generic_payload payload_;  // one access at a time
};

}  // namespace takt::cpu
