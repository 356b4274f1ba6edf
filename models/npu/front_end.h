// The NPU's front end, without SystemC: hardware queues and the life of a job on the cores. The module around it
// (npu.h) owns registers and sockets and calls evaluate() at the times this front end asks for.
//
// One job owns the engines of all cores. A program of several cores runs on all of them in step: they start, stop at a
// cut or wherever they are, save, restore and end together; in between each goes its own way.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "models/npu/core.h"

namespace takt::npu {

class FrontEnd {
 public:
  FrontEnd(const Config& config, DataPath& path, base::Ledger& ledger);
  FrontEnd(const FrontEnd&) = delete;
  FrontEnd& operator=(const FrontEnd&) = delete;

  void set_observer(Observer* observer) { shared_.observer = observer; }
  void set_faults(base::FaultSource* faults) { shared_.faults = faults; }
  // From now on scratchpads have contents, DMA moves them and compute commands run their functions, each once, when it
  // retires. Before a job's own commands write it, a scratchpad holds a pattern.
  void compute(Functions& functions);

  // Register side. `control` is a takt_npu_control; requests that do not fit the queue's state are ignored.
  void control(std::uint32_t queue, const QueueRegisters& registers, std::uint32_t control, units::Time now);
  void reset(units::Time now);
  std::uint32_t state(std::uint32_t queue) const { return queues_[queue].state; }
  std::uint32_t status(std::uint32_t queue) const { return queues_[queue].status; }
  std::uint32_t fault(std::uint32_t queue) const { return queues_[queue].fault; }
  std::uint32_t progress(std::uint32_t queue) const {
    return queue == active_ ? shared_.job.progress : queues_[queue].progress;
  }
  // From now on a hardware queue's jobs are held to the table at `address`, which is read; 0: to none.
  void load_windows(std::uint32_t queue, std::uint64_t address, units::Time now);
  std::uint32_t cut(std::uint32_t queue) const { return queues_[queue].cut; }
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
  enum class Phase : std::uint8_t {
    none,
    header,
    parts,
    tables,
    save_header,
    contexts,
    restore,
    refetch_list,
    refetch,
    run,
    save
  };

  struct Queue {
    std::uint32_t state = TAKT_NPU_IDLE;
    std::uint32_t status = TAKT_STATUS_OK;
    std::uint32_t fault = 0;
    std::uint32_t progress = 0;
    std::uint32_t cut = 0;
    bool resume = false;
    QueueRegisters registers;
  };

  struct Windows {
    bool reading = false;
    bool answered = false;
    units::Time last;
    std::uint64_t cookie = 0;
    takt_window_table table{};
  };

  bool windows_there(units::Time now);
  void activate_next(units::Time now);
  void step_job(units::Time now);
  void on_header(units::Time now);
  void on_parts(units::Time now);
  void read_tables();
  void on_tables(units::Time now);
  bool parameters_allowed() const;
  bool save_allowed(std::uint32_t access, std::uint32_t cut);
  void begin_run(units::Time now);
  void on_save_headers(units::Time now);
  void on_restored(units::Time now);
  void begin_refetch(units::Time now);
  void on_contexts(units::Time now);
  void request_preempt(units::Time now);
  void request_stop(units::Time now);
  bool stop_now(units::Time now);
  void leave_unchanged(units::Time now);
  std::uint64_t forced_save_bytes() const;
  void choose_cut();
  void begin_save(units::Time now);
  bool run(units::Time now);
  void deliver_posts();
  void fail(std::uint32_t status, units::Time now) { stop_job(TAKT_NPU_FAULTED, status, JobEvent::faulted, now); }
  void stop_job(std::uint32_t state, std::uint32_t status, JobEvent event, units::Time now);
  void drop_engines(units::Time now);
  void tell(JobEvent event, units::Time at) { shared_.tell(event, at); }

  // Calls `what` for every core of the job, whatever the others return; whether all returned true.
  template <typename What>
  bool all(const What& what) {
    bool result = true;
    for (std::uint32_t c = 0; c < job_cores_; ++c) result &= what(cores_[c]);
    return result;
  }

  Shared shared_;
  std::deque<Core> cores_;
  units::Time now_;  // of the last evaluation

  std::array<Queue, TAKT_NPU_MAX_QUEUES> queues_;
  std::array<Windows, TAKT_NPU_MAX_QUEUES> windows_;
  std::deque<std::uint32_t> waiting_;  // started queues, in order
  std::uint32_t stopped_ = 0;

  // The job that owns the engines.
  std::uint32_t active_ = TAKT_NPU_MAX_QUEUES;  // none
  Phase phase_ = Phase::none;
  bool preempting_ = false;
  bool stopping_ = false;        // a forced stop, once what is being read is there
  std::uint32_t first_cut_ = 0;  // at which the job may stop
  std::uint32_t job_cores_ = 1;
  std::vector<takt_core_part> parts_;  // of cores 1 ..
};

}  // namespace takt::npu
