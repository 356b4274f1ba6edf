// A command trace (traces/formats/commands) on a SoC's NPU and memories, without firmware.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/config/load.h"
#include "sim/platform/run_record.h"
#include "sim/replay/provenance.h"
#include "traces/formats/commands/command_trace.h"

namespace takt::replay {

// What became of a job. Times are units::never() where it did not come so far.
struct JobTimes {
  enum class End : std::uint8_t { none, done, faulted, aborted };
  units::Time given = units::never();  // its start was written
  units::Time begin = units::never();  // it first owned the engines
  units::Time end = units::never();
  std::uint32_t preemptions = 0;
  End how = End::none;

  // Start written to end; never() without one.
  units::Time latency() const { return end == units::never() ? end : end - given; }
};

struct ControlCounts {
  std::uint64_t given = 0;
  std::uint64_t dropped = 0;
};

struct CommandReplayRecord {
  std::string trace;  // file name without folder
  Provenance provenance;
  platform::RunRecord run;  // window: first control to the end; streams have name, model and energy
  std::vector<JobTimes> recorded, replayed;
  std::vector<bool> exact;  // by job: every step at its recorded time
  std::array<ControlCounts, traces::control_kinds> controls;
  std::uint64_t late = 0;  // controls given after their recorded time
  units::Time latest;      // the most

  std::uint64_t exact_jobs() const;
};

// The SoC to play on: the recorded one, or a preset; `overrides` as for a scenario. Throws config::ConfigError.
config::Scenario replay_hardware(const traces::CommandTrace& trace, const std::string& file, const std::string& soc,
                                 const config::Overrides& overrides);

// Called every 100 us of simulated time with what has been simulated and the jobs that have ended.
using CommandProgress = std::function<void(units::Time, std::uint64_t)>;

// Once per process. `file` names the trace in messages. Throws traces::PackedFileError where the trace does not fit the
// SoC, platform::SimulationFailure where limits.max_time_us passes after the recording's end with work left.
CommandReplayRecord replay_commands(const traces::CommandTrace& trace, const std::string& file,
                                    const config::Scenario& hardware, const CommandProgress& progress = {});

// The same of a recording and a replay of it.
std::vector<JobTimes> job_times(const traces::CommandTrace& trace, const std::vector<units::Time>& given,
                                const std::vector<traces::CommandEvent>& events);

}  // namespace takt::replay
