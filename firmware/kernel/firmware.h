// The scheduler firmware: one object, one loop. Start reading at step().
#pragma once

#include <stdint.h>

#include "firmware/abi/boot.h"
#include "firmware/abi/status.h"
#include "firmware/kernel/bands.h"
#include "firmware/kernel/bandwidth.h"
#include "firmware/kernel/duty_cycle.h"
#include "firmware/kernel/engines.h"
#include "firmware/kernel/governor.h"
#include "firmware/kernel/host_interrupt.h"
#include "firmware/kernel/interrupts.h"
#include "firmware/kernel/journal.h"
#include "firmware/kernel/partition.h"
#include "firmware/kernel/policy.h"
#include "firmware/kernel/process_table.h"
#include "firmware/kernel/program_table.h"
#include "firmware/kernel/queue.h"
#include "firmware/kernel/rings.h"
#include "firmware/kernel/telemetry.h"
#include "firmware/kernel/test_hooks.h"
#include "firmware/kernel/timer.h"
#include "firmware/policies/registry.h"
#include "hal.h"

namespace takt::firmware {

// What happened since boot. Observation only.
struct Counters {
  uint32_t interrupts = 0;           // claims
  uint32_t spurious_interrupts = 0;  // claims with nothing behind, stops of idle hardware queues
  uint32_t lost_interrupts = 0;      // stops found by the job watchdog instead of an interrupt
  uint32_t unknown_doorbells = 0;    // of queues that do not exist
  uint32_t slots = 0;                // taken from rings
  uint32_t rejected = 0;             // slots and rings refused
  uint32_t dispatches = 0;           // starts and resumes
  uint32_t jobs_finished = 0;        // whatever their status, rejected ones excluded
  uint32_t preempt_requests = 0;
  uint32_t preemptions = 0;
  uint32_t preemption_limited = 0;  // stays on the engines that a policy wanted to end and could not
  uint32_t timeouts = 0;
  uint32_t kills = 0;       // jobs that start again from their beginning
  uint32_t collateral = 0;  // on the engines at a reset that another job led to
};

// About 140 KB: not for a small stack.
class Firmware {
 public:
  // Copies `info`. `journal`: as the firmware before has left it, where `info` says that this is a warm boot.
  Firmware(Hal& hal, const takt_boot_info& info, Journal& journal);
  Firmware(const Firmware&) = delete;
  Firmware& operator=(const Firmware&) = delete;

  // Handshake. False: refused (MAILBOX.BOOT_STATUS says so too); nothing else may be called then.
  bool boot();
  // The event loop. Does not return; the native build leaves it by an exception from its port.
  void run();
  // One iteration: samples the inputs, then decides and acts on nothing else. False: there was nothing to do.
  bool step();

  const Counters& counters() const { return counters_; }

 private:
  // How a job leaves the engines for another one.
  enum class Leave : uint8_t { Never, AtCut, Anywhere, Killed };

  // firmware.cpp
  bool open_rings();
  bool open_control(uint32_t id, uint64_t ring);
  bool choose_policy();
  bool divide_cores();
  bool sample();
  void note_doorbells(uint32_t doorbells);
  bool serve(uint32_t id);
  void announce();
  uint64_t next_wakeup();
  void log(LogEvent event, uint32_t queue, uint64_t job);

  // restore.cpp
  bool restore();

  // intake.cpp: rings to entries
  bool intake(uint32_t id);
  void accept(uint32_t id, const takt_job_slot& slot);
  void estimate(Entry* job);
  void stop_queue(uint32_t id);
  void reject(uint32_t id, Entry* entry, uint32_t status);

  // advance.cpp: what reached the head of a queue, up to a job that is ready
  bool advance(uint32_t id);
  bool advance_head(uint32_t id);
  bool act(Queue& queue);
  bool fence_passed(const takt_job_slot& slot);
  bool report(uint32_t id, const Entry& entry);

  // control.cpp
  bool serve_control_request(Entry* entry);
  uint32_t create_queue(const takt_create_queue_slot& request);
  uint32_t set_band(const takt_band_slot& request);
  uint32_t set_scheduling(const takt_scheduling_slot& request);
  uint32_t admit(uint32_t id, const takt_scheduling_slot& request);

  // lifecycle.cpp: what becomes of queues. False: not yet
  bool serve_queue_request(const takt_queue_slot& request, uint32_t* status);
  bool suspend(uint32_t id);
  bool clear(uint32_t id);
  bool release(uint32_t context, uint32_t* status);
  void close(uint32_t id);

  // service.cpp: requests about the firmware itself. The request's status
  uint32_t serve_service_request(const takt_service_slot& request, uint64_t values[2]);
  uint32_t query_engines(const takt_service_slot& request, uint64_t values[2]);
  uint32_t reset_engines(const takt_service_slot& request);
  void note_reset(takt_reset_report* report, const Partition& partition, uint32_t blame);
  uint32_t dump_state(const takt_service_slot& request, uint64_t values[2]);
  takt_metric_sample metrics() const;
  void inject(const takt_service_slot& request);

  // power.cpp
  void open_power();
  uint32_t set_governor(const takt_governor_slot& request);
  void govern();
  uint32_t gather_running();
  GovernedJob governed_job(const Entry& job) const;
  void note_heat(uint32_t sensors);
  void expect_sleep();
  void rest();

  // schedule.cpp: who gets the engines
  void note_stops(uint32_t engines);
  bool take_stop(Partition* partition);
  void judge_running_jobs();
  void judge_running_job(Partition* partition);
  void reset_for(Partition* culprit, uint32_t status);
  [[noreturn]] void hang();
  void finish_running(Partition* partition, uint32_t status, uint32_t fault_command);
  void suspend_running(Partition* partition);
  void kill_running(Partition* partition);
  void restart_running(Partition* partition);
  void release_engines(Partition* partition);
  bool schedule();
  bool decide(Partition* partition);
  bool pause(Partition* partition);
  uint32_t gather_candidates(const Partition& partition);
  void inherit_bands();
  MemoryView memory_view();
  void share_memory();
  bool holds_signal(const Queue& queue, const takt_job_slot& wait) const;
  void describe(uint32_t id, Candidate& job) const;
  uint64_t work_since(const Partition& partition) const;
  RunningJob running_job(const Partition& partition) const;
  bool dispatch(Partition* partition, uint32_t id);
  bool preempt(Partition* partition);
  void request_preemption(Partition* partition);
  Leave way_off(const Queue& queue) const;
  bool can_preempt(const Queue& queue) const { return way_off(queue) != Leave::Never; }

  bool has_flag(uint32_t flag) const { return (info_.flags & flag) != 0; }
  bool is_control(uint32_t id) const {
    return id == TAKT_CONTROL_QUEUE || (id == TAKT_ASYNC_QUEUE && info_.async_ring != 0);
  }
  uint64_t ticks(uint32_t us) const;
  uint64_t npu_ticks(uint64_t cycles) const;  // of the NPU's clock at boot
  // Partitions have hardware queues of their own, in turn: no queue of another one stands in the way.
  uint32_t hardware_queue(uint32_t id) const {
    return (id - 1) % (info_.hardware_queues / partition_count_) * partition_count_ + queues_[id].partition;
  }
  Partition& partition_of(uint32_t id) { return partitions_[queues_[id].partition]; }
  const Partition& partition_of(uint32_t id) const { return partitions_[queues_[id].partition]; }
  Entry& running_entry(const Partition& partition) { return queues_[partition.running.queue].entries.front(); }

  Hal& hal_;
  takt_boot_info info_;
  Journal& journal_;
  Timer timer_;
  Interrupts interrupts_;
  Engines engines_;
  Bandwidth bandwidth_;
  ProcessTable processes_;
  CompletionRing completions_;
  HostInterrupt host_;
  Telemetry telemetry_;
  DutyCycle duty_;
  TestHooks hooks_;
  Governor governor_;
  Throttle throttle_;
  ProgramTable programs_;
  Queue queues_[TAKT_MAX_QUEUES];
  uint32_t context_bytes_ = 0;  // of a core in a forced save; 0: no job leaves that way
  uint32_t queues_end_ = 0;     // no queue of a client is open from here on
  Partition partitions_[TAKT_MAX_PARTITIONS];
  uint32_t partition_count_ = 1;
  Counters counters_;

  uint32_t levels_ = 1;       // of power
  uint32_t level_ = 0;        // as asked for last
  uint64_t sleep_after_ = 0;  // without a job; 0: never
  uint32_t sleep_state_ = TAKT_NPU_ON;
  uint64_t sleep_at_ = kNever;
  GovernedJob governed_[TAKT_MAX_PARTITIONS + TAKT_MAX_QUEUES];

  uint64_t job_limit_ = 0;        // on the engines; 0: none
  uint64_t now_ = 0;              // sampled at the top of the loop
  uint64_t sequence_ = 0;         // of the next slot accepted
  uint64_t poll_at_ = kNever;     // next look at fences and at a full completion ring
  uint64_t ticks_per_cycle_ = 0;  // in 2^-32; 0: the NPU's clock is not known, cycles pass for ticks
  uint64_t busy_ticks_ = 0;       // with a job on the engines, until they were last without
  uint64_t busy_since_ = 0;
  uint32_t running_jobs_ = 0;
  bool polling_ = false;          // this iteration found something to poll for
  bool reschedule_ = false;       // something a decision depends on has changed
  bool others_run_ = false;       // than when memory was shared last
  bool engines_stopped_ = false;  // reset, not yet resumed

  struct Standing {
    uint32_t band, level;
  };
  Standing standing(uint32_t id) const {
    return inherited_ ? standing_[id] : Standing{queues_[id].band, queues_[id].level};
  }
  Standing standing_[TAKT_MAX_QUEUES];  // while a queue waits at a fence
  bool inherited_ = false;
  Candidate candidates_[TAKT_MAX_QUEUES];
  RunningJob beside_[TAKT_MAX_PARTITIONS];
};

}  // namespace takt::firmware
