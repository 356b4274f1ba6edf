// The NPU as a SystemC module: registers, interrupt, three ports into the NoC, and one method that drives the core.
#pragma once

#include <memory>
#include <vector>

#include "models/base/ledger.h"
#include "models/base/payload_pool.h"
#include "models/base/register_file.h"
#include "models/base/timeline.h"
#include "models/npu/front_end.h"

namespace takt::npu {

class Npu : public sc_core::sc_module, private DataPath {
 public:
  tlm_utils::simple_target_socket<Npu> registers;  // TAKT_NPU_* and TAKT_NPU_QUEUE(n)
  // To the NoC; DMA ports by core.
  using Initiator = tlm_utils::simple_initiator_socket_tagged<Npu>;
  sc_core::sc_vector<Initiator> dma_in;
  sc_core::sc_vector<Initiator> dma_out;
  Initiator front_end;
  sc_core::sc_out<bool> interrupt;

  SC_HAS_PROCESS(Npu);
  Npu(const sc_core::sc_module_name& name, const Config& config, base::Ledger& ledger);
  ~Npu() override;

  void set_observer(Observer* observer) { front_.set_observer(observer); }
  // Before the simulation starts.
  void set_faults(base::FaultSource* faults) {
    faults_ = faults;
    front_.set_faults(faults);
  }
  // Likewise. Not with forced stops, whose saves are of engines in the middle of commands.
  void set_stand_in(StandIn* stand_in) { front_.set_stand_in(stand_in); }
  // Likewise. Without one, what jobs cost is charged to their owners alone.
  void set_accountant(base::Accountant* accountant) { front_.set_accountant(accountant); }
  // Power goes and comes: every job, interrupt and window table is gone.
  void power_cycle();
  void compute(Functions& functions) { front_.compute(functions); }
  const Counters& counters() const { return front_.counters(); }
  PowerDomain& power() { return front_.power(); }
  const PowerDomain& power() const { return front_.power(); }
  CoreSwitches& switches() { return front_.switches(); }
  const CoreSwitches& switches() const { return front_.switches(); }

 private:
  // A data-carrying transfer goes through a buffer of its own, so that nothing dangles when a job is dropped.
  struct Buffer {
    std::vector<unsigned char> bytes;
    unsigned char* to = nullptr;
    bool in_use = false;
  };

  void add_registers(const Config& config);
  void add_power_registers();
  void add_queue_registers(std::uint32_t queue);
  QueueRegisters queue_registers(std::uint32_t queue) const;
  unsigned debug(tlm::tlm_generic_payload& payload) { return file_.debug(payload); }
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  tlm::tlm_sync_enum answer(int port, tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                            sc_core::sc_time& delay);
  void submit(const Transfer& transfer) override;
  void copy(bool write, std::uint64_t address, unsigned char* data, std::uint32_t bytes) override;
  Buffer& buffer(std::uint32_t bytes);
  void evaluate();
  void update_interrupt();
  void start_of_simulation() override {
    if (front_.next_time() != units::never()) wake();
  }
  void wake() { wake_.notify(sc_core::SC_ZERO_TIME); }

  bool goes_wrong(base::Fault fault, base::Owner owner) {
    return faults_ != nullptr && faults_->strikes(fault, owner) != 0;
  }
  void reset();
  bool lose_answer(int port, const base::Stretch& stretch, bool& ok);
  std::uint32_t without_lost(std::uint32_t stopped);

  FrontEnd front_;
  base::FaultSource* faults_ = nullptr;
  const std::uint32_t queues_;
  base::RegisterFile file_;
  base::PayloadPool pool_;
  std::vector<std::unique_ptr<Buffer>> buffers_;
  std::vector<std::pair<tlm::tlm_generic_payload*, Buffer*>> carrying_;
  std::uint32_t irq_status_ = 0;
  sc_core::sc_event wake_;
  sc_core::sc_event update_interrupt_;
};

}  // namespace takt::npu
