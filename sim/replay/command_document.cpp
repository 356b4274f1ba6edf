#include "sim/replay/command_document.h"

#include "sim/replay/memory_document.h"
#include "sim/results/document.h"
#include "sim/results/figures.h"
#include "traces/formats/csv.h"

namespace takt::replay {

using results::Value;
using traces::CommandTrace;
using units::Time;

namespace {

const char* const control_names[traces::control_kinds] = {"start", "resume", "preempt", "abort", "reset", "windows"};

Value trace_value(const CommandTrace& trace, const CommandReplayRecord& replay) {
  Value value;
  value["name"] = replay.trace;
  value["scenario"] = trace.scenario;
  value["soc"] = trace.soc;
  value["end_ns"] = results::nanoseconds(trace.end);
  value["jobs"] = std::uint64_t{trace.jobs.size()};
  value["programs"] = std::uint64_t{trace.programs.size()};
  return value;
}

Value controls_value(const CommandReplayRecord& replay) {
  Value value;
  for (std::size_t kind = 0; kind < traces::control_kinds; ++kind) {
    value[control_names[kind]]["given"] = replay.controls[kind].given;
    value[control_names[kind]]["dropped"] = replay.controls[kind].dropped;
  }
  value["late"] = replay.late;
  value["late_us_max"] = results::microseconds(replay.latest);
  return value;
}

Value context_value(const CommandTrace& trace, const CommandReplayRecord& replay, std::size_t context, Value& notes) {
  const ContextJobs jobs = jobs_of(trace, replay, context);
  const std::string path = "streams[" + trace.contexts[context] + "]";
  Value value;
  value["name"] = trace.contexts[context];
  value["model"] = replay.run.streams[context - 1].model;
  value["jobs"]["started"] = jobs.recorded;
  value["jobs"]["done"] = jobs.done;
  value["preemptions"] = jobs.preemptions;
  value["recorded_preemptions"] = jobs.recorded_preemptions;
  value["latency_us"] = results::distribution_us(results::Distribution(jobs.latencies), path + ".latency_us", notes);
  value["recorded_latency_us"] =
      results::distribution_us(results::Distribution(jobs.recorded_latencies), path + ".recorded_latency_us", notes);
  value["latency_ratio"] =
      jobs.recorded_sum.value == 0 ? Value() : Value(results::quotient(jobs.sum.value, jobs.recorded_sum.value, 6));
  if (jobs.recorded_sum.value == 0) notes[path + ".latency_ratio"] = "no job was done in both";
  return value;
}

Value preemptions_value(const platform::NpuRecord& npu, Value& notes) {
  Value value;
  value["count"] = npu.preemptions;
  value["latency_us"] =
      results::distribution_us(results::Distribution(npu.preemption_latencies), "preemptions.latency_us", notes);
  return value;
}

std::string field(Time time) { return time == units::never() ? "" : results::to_text(results::microseconds(time)); }

void put_times(std::vector<std::string>& row, const JobTimes& job) {
  row.insert(row.end(), {field(job.given), field(job.begin), field(job.end), field(job.latency()),
                         std::to_string(job.preemptions)});
}

const char* name_of(JobTimes::End end) {
  static constexpr const char* names[] = {"pending", "done", "faulted", "aborted"};
  return names[static_cast<std::size_t>(end)];
}

}  // namespace

ContextJobs jobs_of(const CommandTrace& trace, const CommandReplayRecord& replay, std::size_t context) {
  ContextJobs jobs;
  for (std::size_t j = 0; j < trace.jobs.size(); ++j) {
    if (trace.jobs[j].context != context) continue;
    const JobTimes &before = replay.recorded[j], &now = replay.replayed[j];
    ++jobs.recorded;
    jobs.done += now.how == JobTimes::End::done ? 1 : 0;
    jobs.recorded_preemptions += before.preemptions;
    jobs.preemptions += now.preemptions;
    if (before.how != JobTimes::End::done || now.how != JobTimes::End::done) continue;
    jobs.recorded_latencies.push_back(before.latency());
    jobs.latencies.push_back(now.latency());
    jobs.recorded_sum += before.latency();
    jobs.sum += now.latency();
  }
  return jobs;
}

Value command_document(const CommandTrace& trace, const CommandReplayRecord& replay, const platform::HostRecord& host) {
  const platform::RunRecord& run = replay.run;
  Value document = document_head(replay.provenance, run.fidelity, host);
  Value& notes = document["notes"];
  document["soc"] = run.soc;
  document["simulated_ns"] = results::nanoseconds(run.simulated);
  document["window_ns"]["begin"] = results::nanoseconds(run.window.begin);
  document["window_ns"]["end"] = results::nanoseconds(run.window.end);
  document["trace"] = trace_value(trace, replay);
  document["controls"] = controls_value(replay);
  document["jobs_at_recorded_times"] = replay.exact_jobs();
  Value::Array streams;
  for (std::size_t c = 1; c < trace.contexts.size(); ++c) streams.push_back(context_value(trace, replay, c, notes));
  document["streams"] = std::move(streams);
  document["preemptions"] = preemptions_value(run.npu, notes);
  document["npu"] = results::npu_value(run);
  document["cpu"] = nullptr;
  notes["cpu"] = "commands are played without processors";
  document["memory"] = results::memory_value(run, notes);
  if (run.memory.has_cache) document["cache"] = results::cache_value(run.memory, notes);
  document["power"] = results::power_value(run, notes);
  notes["power.components"] = "no processors";
  document["host"]["real_time_factor"] =
      host.wall_ns == 0
          ? Value()
          : Value(results::quotient(run.simulated.value, static_cast<unsigned __int128>(host.wall_ns) * 1000, 3));
  return document;
}

std::string command_jobs_csv(const CommandTrace& trace, const CommandReplayRecord& replay) {
  traces::CsvTable table({"stream", "job", "model", "status", "exact", "recorded_start_us", "recorded_begin_us",
                          "recorded_end_us", "recorded_latency_us", "recorded_preemptions", "start_us", "begin_us",
                          "end_us", "latency_us", "preemptions", "latency_ratio"});
  for (std::size_t j = 0; j < trace.jobs.size(); ++j) {
    const traces::CommandJob& job = trace.jobs[j];
    const JobTimes &before = replay.recorded[j], &now = replay.replayed[j];
    std::vector<std::string> row{trace.contexts[job.context], std::to_string(job.tag), trace.programs[job.program].name,
                                 name_of(now.how), replay.exact[j] ? "1" : "0"};
    put_times(row, before);
    put_times(row, now);
    const bool both = before.end != units::never() && now.end != units::never() && before.latency().value != 0;
    row.push_back(both ? results::to_text(results::quotient(now.latency().value, before.latency().value, 6)) : "");
    table.row(row);
  }
  return table.text();
}

}  // namespace takt::replay
