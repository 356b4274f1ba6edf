// The application CPU: a thread that runs the driver on one core and one that runs operators the NPU has not on
// another.
#pragma once

#include <cstdint>
#include <deque>

#include "models/base/payload_pool.h"
#include "models/base/systemc.h"
#include "models/cpu/config.h"
#include "models/units/clock.h"

namespace takt::cpu {

// One operator that falls back to the CPU: work for the cores, traffic for the memory.
struct OperatorWork {
  std::uint64_t cookie = 0;
  bool last = true;  // of a chain: the driver is woken when it ends
  base::Owner owner = 0;
  base::Account account = 0;
  std::uint64_t macs = 0;
  std::uint64_t simple_bytes = 0;     // elementwise and layout work
  std::uint64_t scalar_elements = 0;  // one at a time: transcendental functions, custom code
  std::uint64_t read_address = 0, read_bytes = 0;
  std::uint64_t write_address = 0, write_bytes = 0;
};

struct FinishedOperator {
  std::uint64_t cookie = 0;
  bool last = true;
  base::Account account = 0;
  units::Time begin, end;
};

// Cycles of one core, without memory.
std::uint64_t operator_cycles(const OperatorWork& work, const AppConfig& config);

// What the driver may do. Every call takes simulated time as the hardware does.
class DriverServices {
 public:
  virtual ~DriverServices() = default;
  virtual units::Time time() const = 0;
  virtual void spend(units::Cycles cycles) = 0;
  virtual void spend(units::Time time) = 0;
  // Sleeps until `until` (never(): without end), the interrupt line is high or an operator has finished.
  virtual void sleep(units::Time until) = 0;
  virtual bool interrupt_pending() const = 0;
  virtual std::uint32_t read_register(std::uint32_t address) = 0;
  virtual void write_register(std::uint32_t address, std::uint32_t value) = 0;
  // Shared memory, any length up to 4096 bytes.
  virtual void load(std::uint64_t address, void* to, std::uint32_t bytes) = 0;
  virtual void store(std::uint64_t address, const void* from, std::uint32_t bytes) = 0;
  // Queues an operator on the second core.
  virtual void run_operator(const OperatorWork& work) = 0;
  // The oldest finished operator not yet asked for; false where there is none.
  virtual bool next_finished_operator(FinishedOperator& finished) = 0;
};

class Driver {
 public:
  virtual ~Driver() = default;
  // The driver's life; the processor idles once it returns.
  virtual void main(DriverServices& cpu) = 0;
};

class AppCpu : public sc_core::sc_module, private DriverServices {
 public:
  tlm_utils::simple_initiator_socket<AppCpu> registers;
  tlm_utils::simple_initiator_socket<AppCpu> memory;           // the driver's loads and stores
  tlm_utils::simple_initiator_socket<AppCpu> operator_memory;  // operators' traffic, timing only
  sc_core::sc_in<bool> interrupt;

  struct Counters {
    units::Time driver_busy;
    units::Time operator_busy;
    std::uint64_t interrupts = 0;
    std::uint64_t operators = 0;
  };

  SC_HAS_PROCESS(AppCpu);
  AppCpu(const sc_core::sc_module_name& name, const AppConfig& config, Driver& driver);

  Counters counters() const;

 private:
  units::Time time() const override { return base::now(); }
  void spend(units::Cycles cycles) override { spend(clock_.duration(cycles)); }
  void spend(units::Time time) override;
  void sleep(units::Time until) override;
  bool interrupt_pending() const override { return interrupt.read(); }
  std::uint32_t read_register(std::uint32_t address) override;
  void write_register(std::uint32_t address, std::uint32_t value) override;
  void load(std::uint64_t address, void* to, std::uint32_t bytes) override;
  void store(std::uint64_t address, const void* from, std::uint32_t bytes) override;
  void run_operator(const OperatorWork& work) override;
  bool next_finished_operator(FinishedOperator& finished) override;

  void run_driver();
  void run_operators();
  void stream(bool write, std::uint64_t address, std::uint64_t bytes, const OperatorWork& work);
  void access(tlm_utils::simple_initiator_socket<AppCpu>& socket, bool write, std::uint64_t address, void* data,
              std::uint32_t bytes);

  const AppConfig config_;
  const units::Clock clock_;
  Driver& driver_;
  std::deque<OperatorWork> queue_;
  std::deque<FinishedOperator> finished_;
  std::uint32_t chains_finished_ = 0;  // of finished_: ends of chains
  bool operator_running_ = false;
  units::Time operator_begin_;
  sc_core::sc_event operator_queued_;
  sc_core::sc_event operator_finished_;
  tlm::tlm_generic_payload payload_;           // the driver's, one access at a time
  tlm::tlm_generic_payload operator_payload_;  // the operators'
  Counters counters_;
};

}  // namespace takt::cpu
