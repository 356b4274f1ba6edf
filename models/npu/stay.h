// One job's stay on its cores, without SystemC: from the moment it gets them until it is done, faulted or saved. Cores
// of a job go in step: they start, stop at a cut or wherever they are, save, restore and end together; in between each
// goes its own way.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "models/npu/core.h"
#include "models/npu/stand_in.h"

namespace takt::npu {

// What a hardware queue shows of its job.
struct QueueState {
  std::uint32_t state = TAKT_NPU_IDLE;
  std::uint32_t status = TAKT_STATUS_OK;
  std::uint32_t fault = 0;
  std::uint32_t progress = 0;
  std::uint32_t cut = 0;

  bool busy() const { return state == TAKT_NPU_WAITING || state == TAKT_NPU_RUNNING || state == TAKT_NPU_SAVING; }
};

// The window table of a hardware queue, which is read beside jobs.
struct Windows {
  bool reading = false;
  bool answered = false;
  units::Time last;
  std::uint64_t cookie = 0;
  takt_window_table table{};

  // Whether what was asked for has been read.
  bool there(units::Time now) {
    if (reading && answered && last <= now) reading = false;
    return !reading;
  }
};

class Stay {
 public:
  // The job has its first core. Everything else outlives the stay.
  Stay(Shared& shared, QueueState& queue, Windows& windows, const QueueRegisters& registers, bool resume,
       units::Time now);
  Stay(const Stay&) = delete;
  Stay& operator=(const Stay&) = delete;

  const Job& job() const { return job_; }
  std::uint32_t first_core() const { return job_.registers.first_core; }
  // That it needs, its first one included; 1 until its program says how many.
  std::uint32_t cores() const { return core_count_; }
  // It has read that and waits for the others.
  bool wants_cores() const { return phase_ == Phase::cores; }
  // It has them all.
  void give_cores();

  // Does what is due. True when anything changed.
  bool work(units::Time now);
  bool over() const { return phase_ == Phase::over; }
  // May be called before over() only.
  void request_preempt(units::Time now);
  void request_stop(units::Time now);
  // The engines are reset; nothing may be called behind it.
  void reset(units::Time now);
  void abort(units::Time now) { stop_job(TAKT_NPU_FAULTED, TAKT_STATUS_ABORTED, JobEvent::aborted, now); }

  bool expects(std::uint64_t cookie) const { return cookie >> 40 == job_.generation; }
  // Of a cookie that it expects.
  void answered(std::uint64_t cookie, units::Time last, bool ok);
  units::Time next_time(units::Time now) const;

 private:
  enum class Phase : std::uint8_t {
    header,
    cores,
    parts,
    tables,
    save_header,
    contexts,
    restore,
    refetch_list,
    refetch,
    run,
    standing,  // somebody answers for its commands
    save,
    over
  };

  void step(units::Time now);
  void on_header(units::Time now);
  std::uint32_t parts_bytes() const { return static_cast<std::uint32_t>(parts_.size() * sizeof(takt_core_part)); }
  void on_parts(units::Time now);
  void read_tables();
  void on_tables(units::Time now);
  bool parameters_allowed() const;
  bool save_allowed(std::uint32_t access, std::uint32_t cut);
  void begin_run(units::Time now);
  void begin_standing(StandIn::Share share, units::Time now);
  void on_save_headers(units::Time now);
  void on_restored(units::Time now);
  void begin_refetch(units::Time now);
  void on_contexts(units::Time now);
  bool stop_now(units::Time now);
  void leave_unchanged(units::Time now);
  std::uint64_t forced_save_bytes() const;
  void choose_cut();
  void begin_save(units::Time now);
  bool run(units::Time now);
  bool stand(units::Time now);
  void stand_until_cut(units::Time now);
  void deliver_posts();
  void fail(std::uint32_t status, units::Time now) { stop_job(TAKT_NPU_FAULTED, status, JobEvent::faulted, now); }
  void stop_job(std::uint32_t state, std::uint32_t status, JobEvent event, units::Time now);
  void drop_engines(units::Time now);
  void tell(JobEvent event, units::Time at) { shared_.tell(job_, event, at); }

  // Calls `what` for every core, whatever the others return; whether all returned true.
  template <typename What>
  bool all(const What& what) {
    bool result = true;
    for (Core& core : cores_) result &= what(core);
    return result;
  }

  Shared& shared_;
  QueueState& queue_;
  Windows& windows_;
  Job job_;
  std::deque<Core> cores_;  // the first one until it has the others
  std::uint32_t core_count_ = 1;
  std::vector<takt_core_part> parts_;  // of cores 1 ..
  Phase phase_ = Phase::header;
  bool preempting_ = false;
  bool stopping_ = false;        // a forced stop, once what is being read is there
  std::uint32_t first_cut_ = 0;  // at which the job may stop
  // While standing; times are of the first command, and of the stop.
  StandIn::Share share_;
  units::Time stands_from_, stands_until_;
};

}  // namespace takt::npu
