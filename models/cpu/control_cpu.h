// The control processor as the SoC sees it: two ports, two interrupt lines, and whether it sleeps. What executes the
// firmware inside is another matter: its native build (native/) or instructions of an ELF (iss/).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "firmware/abi/boot.h"
#include "models/base/fault_source.h"
#include "models/base/systemc.h"
#include "models/cpu/config.h"
#include "models/units/clock.h"

namespace takt::cpu {

// One access of the firmware to the register bus.
struct RegisterAccess {
  units::Time at;    // begin
  units::Time took;  // until its answer
  bool write = false;
  bool answered = false;  // false: nothing is there, or it does not take such an access
  std::uint32_t address = 0;
  std::uint32_t value = 0;
  std::optional<std::uint32_t> pc;  // of the instruction; none natively
};

// One access of the firmware to shared memory, once it is done. `data` lives for the call.
struct MemoryAccess {
  bool write = false;
  bool answered = false;
  std::uint64_t address = 0;
  const unsigned char* data = nullptr;
  std::uint32_t bytes = 0;
};

class ControlCpu : public sc_core::sc_module {
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
    std::uint64_t instructions = 0;  // of the simulated core; none natively
  };

  SC_HAS_PROCESS(ControlCpu);
  ~ControlCpu() override = default;

  // Before the simulation starts.
  void set_boot_info(const takt_boot_info& info) { boot_info_ = info; }
  // Called with a message when the firmware does what it cannot recover from. The processor stands still then.
  void set_fault_handler(std::function<void(const std::string&)> handler) { on_fault_ = std::move(handler); }

  // Before the simulation starts.
  void set_faults(base::FaultSource* faults) { faults_ = faults; }

  // What it executes ends at its next access or interrupt. After crash() it stands still, awake, as one whose trap
  // handler traps. power_on() boots anew, only after power_off() or hold(): cold, or warm with its memory as it was.
  void crash();
  void power_off();
  void hold();
  void power_on();

  virtual Counters counters() const;
  // Observation only; all handlers are called, in order.
  void on_register_access(std::function<void(const RegisterAccess&)> handler) {
    on_register_.push_back(std::move(handler));
  }
  void on_memory_access(std::function<void(const MemoryAccess&)> handler) { on_memory_.push_back(std::move(handler)); }
  // Observation only: called before the firmware starts, with what it is told then.
  void on_start(std::function<void(const takt_boot_info&)> handler) { on_start_ = std::move(handler); }
  // Observation only: called when it falls asleep or loses its power, with the time since which it has been awake.
  void on_asleep(std::function<void(units::Time since)> handler) { on_asleep_ = std::move(handler); }
  // Nothing: it is asleep.
  std::optional<units::Time> awake_since() const {
    return asleep_ ? std::nullopt : std::optional<units::Time>(awake_since_);
  }

 protected:
  ControlCpu(const sc_core::sc_module_name& name, const ControlConfig& config);

  virtual void run() = 0;
  // The firmware is about to start.
  void starts() const {
    if (on_start_) on_start_(boot_info_);
  }
  // From the thread alone. Accesses take their time; false: nothing answers there.
  bool register_access(bool write, std::uint32_t address, std::uint32_t& value);
  bool memory_access(bool write, std::uint64_t address, unsigned char* data, std::uint32_t bytes);
  // Sleeps until `awake` holds; asked whenever wait_for_lines() returns.
  void sleep(const std::function<bool()>& awake);
  // Returns when an interrupt line has changed, or before.
  virtual void wait_for_lines();
  virtual std::optional<std::uint32_t> pc() const { return std::nullopt; }
  // A debugger's access: without time, and of registers reads alone. False: there is none.
  bool debug_access(tlm_utils::simple_initiator_socket<ControlCpu>& port, bool write, std::uint64_t address, void* data,
                    std::uint32_t bytes);
  void fail(const std::string& what) {
    if (on_fault_) on_fault_(what);
    crash();
  }
  // Whether what is executed is to end; stand_still() then returns when it is to boot anew.
  bool ends() const { return ends_; }
  // Of the boot behind stand_still(): a warm one.
  bool memory_kept() const { return memory_kept_; }
  void stand_still();

  const ControlConfig config_;
  const units::Clock clock_;
  takt_boot_info boot_info_{};

 private:
  enum class Power : std::uint8_t { on, crashed, off };

  void fall_asleep();
  bool access(tlm_utils::simple_initiator_socket<ControlCpu>& port, bool write, std::uint64_t address,
              unsigned char* data, std::uint32_t bytes);

  std::function<void(const std::string&)> on_fault_;
  std::vector<std::function<void(const RegisterAccess&)>> on_register_;
  std::vector<std::function<void(const MemoryAccess&)>> on_memory_;
  std::function<void(const takt_boot_info&)> on_start_;
  std::function<void(units::Time)> on_asleep_;
  base::FaultSource* faults_ = nullptr;
  Power power_ = Power::on;
  bool ends_ = false;
  bool memory_kept_ = false;
  sc_core::sc_event power_changed_;
  units::Time awake_since_;
  bool asleep_ = false;
  Counters counters_;
  tlm::tlm_generic_payload payload_;  // one access at a time
};

}  // namespace takt::cpu
