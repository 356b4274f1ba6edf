// The NPU's front end, without SystemC: hardware queues, and who has which cores. The module around it (npu.h) owns
// registers and sockets and calls evaluate() at the times this front end asks for.
//
// A started job takes its first core once it is free, reads there of how many it is, and takes the others one by one in
// ascending order. A free core goes to the job that was started first of those that want it; since nobody waits for a
// lower core than it has, none waits for ever. What a job does on its cores is its stay (stay.h).
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <optional>
#include <utility>

#include "models/npu/core_switches.h"
#include "models/npu/power_domain.h"
#include "models/npu/stay.h"

namespace takt::npu {

class FrontEnd {
 public:
  FrontEnd(const Config& config, DataPath& path, base::Ledger& ledger)
      : shared_(config, path, ledger), power_(shared_.config, shared_.clock), switches_(shared_.config) {}
  FrontEnd(const FrontEnd&) = delete;
  FrontEnd& operator=(const FrontEnd&) = delete;

  void set_observer(Observer* observer) { shared_.observer = observer; }
  void set_faults(base::FaultSource* faults) { shared_.faults = faults; }
  void set_stand_in(StandIn* stand_in) { shared_.stand_in = stand_in; }
  void set_accountant(base::Accountant* accountant) { shared_.accountant = accountant; }
  // From now on scratchpads have contents, DMA moves them and compute commands run their functions, each once, when it
  // retires. Before a job's own commands write it, a scratchpad holds a pattern.
  void compute(Functions& functions) { shared_.functions = &functions; }

  // Register side. `control` is a takt_npu_control; requests that do not fit the queue's state are ignored.
  void control(std::uint32_t queue, const QueueRegisters& registers, std::uint32_t control, units::Time now);
  void reset(units::Time now);
  std::uint32_t state(std::uint32_t queue) const { return queues_[queue].state; }
  std::uint32_t status(std::uint32_t queue) const { return queues_[queue].status; }
  std::uint32_t fault(std::uint32_t queue) const { return queues_[queue].fault; }
  std::uint32_t progress(std::uint32_t queue) const;
  // From now on a hardware queue's jobs are held to the table at `address`, which is read; 0: to none.
  void load_windows(std::uint32_t queue, std::uint64_t address, units::Time now);
  std::uint32_t cut(std::uint32_t queue) const { return queues_[queue].cut; }
  // The registers themselves, and window tables, need neither the NPU's clock nor its supply.
  PowerDomain& power() { return power_; }
  const PowerDomain& power() const { return power_; }
  CoreSwitches& switches() { return switches_; }
  const CoreSwitches& switches() const { return switches_; }
  // Into a sleep, or out of it; ignored while jobs are here. A job that is started ends it.
  void set_power_state(std::uint32_t state, units::Time now) {
    if (started_.empty()) power_.set_state(state, now);
  }

  // Queues that stopped since the last call, as a bit mask.
  std::uint32_t take_stopped() { return std::exchange(stopped_, 0u); }

  // Whether the answer to `cookie` still matters: a reset or the job's end drops what was under way.
  bool expects(std::uint64_t cookie) const;
  // The transfer `cookie` delivers its data between `first` and `last`, both in the future or now. Call evaluate after.
  void answered(std::uint64_t cookie, units::Time first, units::Time last, bool ok);

  // Does everything due at `now`; next_time() is then later than `now`, or never.
  void evaluate(units::Time now);
  units::Time next_time() const;

  const Counters& counters() const { return shared_.counters; }

 private:
  struct Started {
    std::uint32_t queue = 0;
    QueueRegisters registers;
    bool resume = false;
    std::optional<Stay> stay;  // once it has its first core
    std::uint32_t held = 0;    // cores that it has, from its first one on
    std::uint32_t asked = 0;   // PREEMPT or PREEMPT_NOW before it had any
  };

  void start(std::uint32_t queue, const QueueRegisters& registers, bool resume, units::Time now);
  std::list<Started>::iterator started_on(std::uint32_t queue);
  // True when anything changed.
  bool take_cores(Started& job, units::Time now);
  bool remove_ended(units::Time now);
  void tell_switches(units::Time now);

  Shared shared_;
  PowerDomain power_;
  CoreSwitches switches_;
  units::Time now_;  // of the last evaluation

  std::array<QueueState, TAKT_NPU_MAX_QUEUES> queues_;
  std::array<Windows, TAKT_NPU_MAX_QUEUES> windows_;
  std::list<Started> started_;  // in order; on the cores or waiting for them
  std::array<bool, TAKT_NPU_MAX_CORES> taken_{};
  std::uint32_t stopped_ = 0;
};

}  // namespace takt::npu
