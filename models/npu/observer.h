// What the NPU tells whoever watches: one record per retired command and one per command that a forced stop interrupts,
// one per step of a job's life, one per control written. Watching changes no timing.
#pragma once

#include <cstdint>

#include "models/base/stretch.h"

namespace takt::npu {

// Why an engine stood still before a command.
enum class Stall : std::uint8_t {
  none,
  front_end,  // job start, command fetch
  data,       // waited for the DMA to bring operands
  store,      // waited for the DMA to free a buffer
  tensor,     // waited for the tensor engine
  vector,     // waited for the vector engine
  core,       // waited for another core
};
constexpr std::uint32_t stall_count = 7;

struct CommandRecord {
  std::uint32_t job = 0;  // NPUQ.JOB
  base::Owner owner = 0;
  std::uint32_t core = 0;
  std::uint32_t engine = 0;
  std::uint32_t layer = 0;
  units::Time idle_since;  // the engine's previous retirement, or the job's start
  units::Time begin;       // operands ready; software overhead begins
  units::Time work;        // overhead over; the engine works
  units::Time end;
  Stall stall = Stall::none;    // what the engine waited for between idle_since and begin
  units::Time scratchpad_loss;  // part of [work, end) lost to sharing the scratchpad
  std::uint64_t bytes = 0;      // DMA: bytes moved
  bool constants = false;       // DMA: bytes are constants
  std::uint64_t useful_macs = 0;
  std::uint64_t padding_macs = 0;
  std::uint64_t recomputed_macs = 0;
  bool stopped = false;  // interrupted at `end`: time alone; what it does is told when it retires
};

enum class JobEvent : std::uint8_t {
  started,        // owns the engines
  first_command,  // first command of any list has arrived
  preempt_requested,
  quiesced,   // every list stands at the cut, or the engines have been stopped
  preempted,  // save complete
  resumed,    // restore complete
  done,
  faulted,
  aborted,
};

struct QueueRegisters;  // job.h

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_command(const CommandRecord& record) = 0;
  virtual void on_job(std::uint32_t job, base::Owner owner, JobEvent event, units::Time at) = 0;
  // A takt_npu_control has been written, whether or not it fits the queue's state; before it takes effect.
  virtual void on_control(std::uint32_t queue, const QueueRegisters& registers, std::uint32_t control, units::Time at);
  virtual void on_reset(units::Time at);
  // A hardware queue's jobs are held to another window table from now on; 0: to none.
  virtual void on_windows(std::uint32_t queue, std::uint64_t table, units::Time at);
};

inline void Observer::on_control(std::uint32_t, const QueueRegisters&, std::uint32_t, units::Time) {}
inline void Observer::on_reset(units::Time) {}
inline void Observer::on_windows(std::uint32_t, std::uint64_t, units::Time) {}

}  // namespace takt::npu
