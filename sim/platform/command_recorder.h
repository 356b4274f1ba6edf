// Records what the firmware gives the NPU and what comes of it: a command trace (traces/formats/commands).
#pragma once

#include <map>
#include <set>
#include <utility>

#include "models/npu/job.h"
#include "sim/config/load.h"
#include "sim/platform/workload.h"
#include "traces/formats/commands/command_trace.h"

namespace takt::platform {

class CommandRecorder final : public npu::Observer {
 public:
  // Hands everything on to `next`. Throws traces::MemoryTraceWriteError where the file cannot be created.
  CommandRecorder(const std::filesystem::path& file, const config::Scenario& scenario, const Workload& workload,
                  npu::Observer& next);

  void on_command(const npu::CommandRecord& record) override { next_.on_command(record); }
  void on_job(std::uint32_t job, base::Owner owner, npu::JobEvent event, units::Time at) override;
  void on_control(std::uint32_t queue, const npu::QueueRegisters& registers, std::uint32_t control,
                  units::Time at) override;
  void on_reset(units::Time at) override;
  void on_windows(std::uint32_t queue, std::uint64_t table, units::Time at) override;

  // When counters are looked at (sampler.h), which the memories notice.
  void sampled(units::Time from, units::Time window_begin, units::Time window_end);

  // Completes the trace; without it none is left. Throws traces::MemoryTraceWriteError.
  void close(units::Time end);

 private:
  using Key = std::pair<base::Owner, std::uint32_t>;  // context and tag
  struct Placed {
    const PlacedStream* stream;
    const PlacedProgram* program;
  };

  std::uint32_t program_at(std::uint64_t address);
  void add_area(traces::AreaKind kind, std::uint64_t address, std::uint64_t bytes);
  void add_control(traces::ControlKind kind, std::uint32_t queue, const npu::QueueRegisters& registers, units::Time at);

  traces::PackedFileWriter file_;
  npu::Observer& next_;
  std::map<std::uint64_t, Placed> placed_;           // by header
  std::map<std::uint64_t, std::uint32_t> programs_;  // those in the trace, by header
  std::map<Key, std::uint32_t> jobs_;                // the latest of each
  std::map<std::uint32_t, std::uint32_t> held_;      // job by hardware queue
  std::set<std::uint32_t> busy_;                     // queues whose job has not stopped
  traces::CommandTrace trace_;
};

}  // namespace takt::platform
