#include "sim/cli/replay_commands.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "sim/cli/command.h"
#include "sim/cli/host_record.h"
#include "sim/cli/progress.h"
#include "sim/replay/command_document.h"
#include "sim/results/output_folder.h"

namespace takt::cli {
namespace {

namespace fs = std::filesystem;

config::Scenario hardware_of(const CommandReplayOptions& options, const traces::CommandTrace& trace) {
  config::Overrides overrides = options.set;
  if (!options.fidelity.empty()) overrides.push_back("fidelity=\"" + options.fidelity + "\"");
  return replay::replay_hardware(trace, options.trace, options.soc, overrides);
}

}  // namespace

int replay_command_trace(const CommandReplayOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  const traces::CommandTrace trace = traces::read_command_trace(options.trace);
  const config::Scenario hardware = hardware_of(options, trace);
  const std::string output = options.output.empty()
                                 ? "out/" + fs::path(options.trace).stem().string() + "-on-" + hardware.config.soc.name
                                 : options.output;
  results::OutputFolder folder(output);
  replay::CommandReplayRecord record;
  {
    ProgressLine progress(!options.quiet);
    record = replay::replay_commands(trace, options.trace, hardware, [&](units::Time now, std::uint64_t jobs) {
      if (progress.due())
        progress.print(fmt::format("{} of {} jobs, {} us simulated", jobs, trace.jobs.size(), now.value / 1000000));
    });
  }
  record.trace = fs::path(options.trace).filename().string();
  const std::string document = replay::command_document(trace, record, host_record(begin)).json();
  folder.write("results.json", document);
  folder.write("resolved.toml", record.provenance.resolved_toml);
  folder.write("jobs.csv", replay::command_jobs_csv(trace, record));
  folder.commit();
  if (options.json)
    fmt::print("{}", document);
  else if (!options.quiet)
    fmt::print("{}\nresults: {}\n", replay::command_text(trace, record), output);
  return done;
}

}  // namespace takt::cli
