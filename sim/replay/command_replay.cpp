#include "sim/replay/command_replay.h"

#include <algorithm>

#include "sim/config/bind.h"
#include "sim/platform/ideal.h"
#include "sim/replay/command_bench.h"
#include "sim/replay/text.h"

namespace takt::replay {

using traces::CommandTrace;
using traces::ControlKind;
using traces::JobStep;
using units::Time;

namespace {

std::vector<Time> recorded_times(const CommandTrace& trace) {
  std::vector<Time> times;
  for (const traces::CommandControl& control : trace.controls) times.push_back(control.at);
  return times;
}

// Steps by job, in their order; without requests to preempt, of which those that came too late are not played.
std::vector<std::vector<std::pair<JobStep, Time>>> steps(std::size_t jobs,
                                                         const std::vector<traces::CommandEvent>& events) {
  std::vector<std::vector<std::pair<JobStep, Time>>> result(jobs);
  for (const traces::CommandEvent& event : events)
    if (event.step != JobStep::preempt_requested) result[event.job].emplace_back(event.step, event.at);
  return result;
}

std::vector<Time> preemption_latencies(std::size_t jobs, const std::vector<traces::CommandEvent>& events) {
  std::vector<Time> requested(jobs), latencies;
  for (const traces::CommandEvent& event : events) {
    if (event.step == JobStep::preempt_requested) requested[event.job] = event.at;
    if (event.step == JobStep::preempted) latencies.push_back(event.at - requested[event.job]);
  }
  return latencies;
}

void count_controls(CommandReplayRecord& record, const CommandTrace& trace, const std::vector<Time>& given) {
  for (std::size_t i = 0; i < given.size(); ++i) {
    ControlCounts& counts = record.controls[static_cast<std::size_t>(trace.controls[i].kind)];
    const bool dropped = given[i] == units::never();
    ++(dropped ? counts.dropped : counts.given);
    if (dropped || given[i] == trace.controls[i].at) continue;
    ++record.late;
    record.latest = units::max(record.latest, given[i] - trace.controls[i].at);
  }
}

std::string model_of(const CommandTrace& trace, std::size_t context) {
  for (const traces::CommandJob& job : trace.jobs)
    if (job.context == context) return trace.programs[job.program].name;
  return {};
}

void describe(platform::RunRecord& run, const CommandTrace& trace, const config::Scenario& hardware,
              const CommandBench& bench) {
  run.scenario = trace.scenario;
  run.soc = hardware.config.soc.name;
  run.fidelity = hardware.config.fidelity == config::Fidelity::detailed ? "detailed" : "fast";
  run.simulated = bench.end.at;
  run.window = {bench.begin.at, bench.end.at};
  platform::record_counters(run, hardware.config, bench.board.noc_config, bench.board.system_cache != nullptr,
                            bench.begin, bench.end);
  run.memory.peak = bench.peak_bytes();
  run.power.peak = bench.peak_energy();
  run.npu.software_overhead = bench.player.software_overhead();
  run.npu.preemption_latencies = preemption_latencies(trace.jobs.size(), bench.player.events());
  for (std::size_t c = 1; c < trace.contexts.size(); ++c) {
    platform::StreamRecord stream;
    stream.name = trace.contexts[c];
    stream.model = model_of(trace, c);
    stream.energy = bench.end.owners[c] - bench.begin.owners[c];
    run.streams.push_back(std::move(stream));
  }
}

// Keys that a SoC without firmware has not.
config::Scenario hardware_keys(config::Scenario scenario) {
  static const std::string others[] = {"stream.", "traffic.", "run.",        "firmware.",
                                       "limits.", "name",     "description", "seed"};
  const auto other = [](const config::ResolvedKey& key) {
    return std::any_of(std::begin(others), std::end(others),
                       [&](const std::string& prefix) { return key.path.rfind(prefix, 0) == 0; });
  };
  scenario.keys.erase(std::remove_if(scenario.keys.begin(), scenario.keys.end(), other), scenario.keys.end());
  return scenario;
}

std::uint64_t fnv1a(const std::string& bytes) {
  std::uint64_t hash = 14695981039346656037ull;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  return hash;
}

Provenance provenance_of(const CommandTrace& trace, const config::Scenario& hardware) {
  config::Scenario scenario = hardware_keys(hardware);
  Provenance provenance;
  provenance.preset = hardware.soc;
  provenance.resolved_toml = config::resolved_toml(hardware);
  for (const config::ResolvedKey& key : config::estimates(scenario)) provenance.estimates.push_back(key.path);
  config::ResolvedKey played;
  played.path = "command.trace";
  played.value = hexadecimal(fnv1a(traces::encode(trace)));
  scenario.keys.push_back(played);
  provenance.config_hash = hexadecimal(config::config_hash(scenario));
  return provenance;
}

}  // namespace

std::uint64_t CommandReplayRecord::exact_jobs() const {
  return static_cast<std::uint64_t>(std::count(exact.begin(), exact.end(), true));
}

config::Scenario replay_hardware(const CommandTrace& trace, const std::string& file, const std::string& soc,
                                 const config::Overrides& overrides) {
  if (soc.empty()) return config::parse_scenario(trace.configuration, file, overrides);
  return config::parse_scenario(
      "name = \"commands\"\nsoc = " + config::quote_toml(soc) + "\n[firmware]\npolicy = \"fcfs\"\n", "--soc",
      overrides);
}

std::vector<JobTimes> job_times(const CommandTrace& trace, const std::vector<Time>& given,
                                const std::vector<traces::CommandEvent>& events) {
  std::vector<JobTimes> jobs(trace.jobs.size());
  for (std::size_t i = 0; i < given.size(); ++i)
    if (trace.controls[i].kind == ControlKind::start) jobs[trace.controls[i].job].given = given[i];
  for (const traces::CommandEvent& event : events) {
    JobTimes& job = jobs[event.job];
    if (event.step == JobStep::started) job.begin = units::min(job.begin, event.at);
    if (event.step == JobStep::preempted) ++job.preemptions;
    if (event.step < JobStep::done) continue;
    job.end = event.at;
    job.how = event.step == JobStep::done      ? JobTimes::End::done
              : event.step == JobStep::faulted ? JobTimes::End::faulted
                                               : JobTimes::End::aborted;
  }
  return jobs;
}

CommandReplayRecord replay_commands(const CommandTrace& trace, const std::string& file,
                                    const config::Scenario& hardware, const CommandProgress& progress) {
  const config::ScenarioConfig simulated = platform::with_ideals(hardware.config);
  CommandBench bench(trace, file, simulated, progress);
  bench.run(trace.end + units::microseconds(hardware.config.limits.max_time_us));

  CommandReplayRecord record;
  record.provenance = provenance_of(trace, hardware);
  describe(record.run, trace, hardware, bench);
  record.recorded = job_times(trace, recorded_times(trace), trace.events);
  record.replayed = job_times(trace, bench.player.given(), bench.player.events());
  const auto before = steps(trace.jobs.size(), trace.events), now = steps(trace.jobs.size(), bench.player.events());
  for (std::size_t j = 0; j < trace.jobs.size(); ++j)
    record.exact.push_back(record.recorded[j].given == record.replayed[j].given && before[j] == now[j]);
  count_controls(record, trace, bench.player.given());
  return record;
}

}  // namespace takt::replay
