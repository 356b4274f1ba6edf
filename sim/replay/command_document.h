// A replay of commands as results.json, jobs.csv and a table.
#pragma once

#include <string>

#include "sim/replay/command_replay.h"
#include "sim/results/value.h"

namespace takt::replay {

results::Value command_document(const traces::CommandTrace& trace, const CommandReplayRecord& replay,
                                const platform::HostRecord& host);

// One row per job, in the order of their starts: recorded and replayed times. In microseconds with all their
// picoseconds; empty where there is none.
std::string command_jobs_csv(const traces::CommandTrace& trace, const CommandReplayRecord& replay);

std::string command_text(const traces::CommandTrace& trace, const CommandReplayRecord& replay);

// The jobs of one context. Latencies are those of jobs that were done in the recording and in the replay.
struct ContextJobs {
  std::uint64_t recorded = 0;  // started
  std::uint64_t done = 0;      // in the replay
  std::uint64_t recorded_preemptions = 0, preemptions = 0;
  std::vector<units::Time> recorded_latencies, latencies;
  units::Time recorded_sum, sum;  // of these
};
ContextJobs jobs_of(const traces::CommandTrace& trace, const CommandReplayRecord& replay, std::size_t context);

}  // namespace takt::replay
