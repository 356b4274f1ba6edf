#include <fmt/format.h>

#include "sim/replay/command_document.h"
#include "sim/replay/text.h"
#include "sim/results/figures.h"
#include "sim/results/summary.h"
#include "sim/results/text_table.h"

namespace takt::replay {
namespace {

using results::Align;

std::string ms(const results::Distribution& latencies, unsigned percentile) {
  return latencies.empty() ? "-" : fixed({latencies.percentile(percentile).value, 9}, 3);
}

std::string header(const traces::CommandTrace& trace, const CommandReplayRecord& replay) {
  return fmt::format("{} ({} on {}) on {}: {} jobs, {} controls, {}; {} ms simulated\n", replay.trace, trace.scenario,
                     trace.soc, replay.run.soc, trace.jobs.size(), trace.controls.size(), replay.run.fidelity,
                     fixed({replay.run.simulated.value, 9}, 3));
}

std::string streams(const traces::CommandTrace& trace, const CommandReplayRecord& replay) {
  using A = Align;
  results::TextTable table(
      {A::left, A::left, A::right, A::right, A::right, A::right, A::right, A::right, A::right, A::right, A::right});
  table.row({"stream", "model", "jobs", "done", "preempted", "then", "p50 ms", "then", "p99 ms", "then", "ratio"});
  for (std::size_t c = 1; c < trace.contexts.size(); ++c) {
    const ContextJobs jobs = jobs_of(trace, replay, c);
    const results::Distribution now(jobs.latencies), before(jobs.recorded_latencies);
    table.row({trace.contexts[c], replay.run.streams[c - 1].model, std::to_string(jobs.recorded),
               std::to_string(jobs.done), std::to_string(jobs.preemptions), std::to_string(jobs.recorded_preemptions),
               ms(now, 50), ms(before, 50), ms(now, 99), ms(before, 99),
               ratio(jobs.sum.value, jobs.recorded_sum.value, 4)});
  }
  return table.text();
}

std::string times_line(const traces::CommandTrace& trace, const CommandReplayRecord& replay) {
  std::string line = fmt::format("{} of {} jobs as recorded to the picosecond; {} controls given late",
                                 replay.exact_jobs(), trace.jobs.size(), replay.late);
  if (replay.late != 0) line += fmt::format(" (at most {} us)", fixed(results::microseconds(replay.latest), 3));
  std::uint64_t dropped = 0;
  for (const ControlCounts& counts : replay.controls) dropped += counts.dropped;
  return line + fmt::format(", {} dropped", dropped);
}

}  // namespace

std::string command_text(const traces::CommandTrace& trace, const CommandReplayRecord& replay) {
  results::TextTable lines({Align::left, Align::left});
  lines.row({"times", times_line(trace, replay)});
  lines.row({"memory", results::memory_line(replay.run)});
  lines.row({"npu", results::npu_line(replay.run)});
  lines.row({"power", results::power_line(replay.run) + " (no processors)"});
  return header(trace, replay) + "\n" + streams(trace, replay) + "\n" + lines.text();
}

}  // namespace takt::replay
