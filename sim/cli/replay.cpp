// takt replay: a memory trace into one memory, a command trace onto an SoC (replay_commands.h), or a firmware trace
// through firmware (replay_firmware.h).
#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/host_record.h"
#include "sim/cli/progress.h"
#include "sim/cli/replay_commands.h"
#include "sim/cli/replay_firmware.h"
#include "sim/config/load.h"
#include "sim/replay/bank_picture.h"
#include "sim/replay/command_csv.h"
#include "sim/replay/replay_document.h"
#include "sim/replay/replay_text.h"
#include "sim/results/output_folder.h"
#include "traces/formats/commands/command_trace.h"
#include "traces/formats/firmware/firmware_trace.h"

namespace takt::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string trace;
  std::string memory;
  std::string soc;
  std::string format;
  std::string firmware;
  std::uint64_t clock_hz = 0;
  std::uint32_t access_bytes = 0;
  bool late_accesses = false;
  replay::ReplayOptions replay;
  std::string fidelity = "fast";
  std::vector<std::string> set;
  std::string output;
  std::string commands;
  bool json = false;
  bool quiet = false;
};

std::unique_ptr<traces::MemoryTraceReader> open_trace(const Options& options, const dram::Config& memory) {
  traces::MemoryTraceOptions trace;
  trace.format = options.format;
  trace.clock_hz = options.clock_hz;
  trace.memory_clock_hz = memory.clock_hz;
  trace.late_accesses = options.late_accesses;
  trace.access_bytes = options.access_bytes == 0 ? memory.burst_bytes : options.access_bytes;
  return traces::open_memory_trace(options.trace, trace);
}

const char* timing_of(const Options& options, const traces::MemoryTraceReader& reader) {
  if (options.replay.as_fast_as_accepted) return "as_fast_as_accepted";
  switch (reader.timing()) {
    case traces::TraceTiming::absolute:
      return "arrival";
    case traces::TraceTiming::after_previous:
      return "after_previous";
    case traces::TraceTiming::after_instructions:
      return "instructions";
    case traces::TraceTiming::as_accepted:
      break;
  }
  return "as_fast_as_accepted";
}

replay::Provenance provenance_of(const Options& options, const config::Memory& memory) {
  return replay::provenance_of(options.memory, memory,
                               {{"as_fast_as_accepted", options.replay.as_fast_as_accepted ? "true" : "false"},
                                {"outstanding", std::to_string(options.replay.outstanding)},
                                {"limit", std::to_string(options.replay.limit)},
                                {"clock_hz", std::to_string(options.clock_hz)},
                                {"access_bytes", std::to_string(options.access_bytes)},
                                {"late_accesses", options.late_accesses ? "true" : "false"},
                                {"fidelity", options.fidelity}});
}

// One observer per channel, or none. FILE.csv becomes FILE.0.csv, FILE.1.csv, ... where there are several channels.
std::vector<std::unique_ptr<replay::CommandCsv>> observe(const std::string& file, dram::Memory& memory) {
  std::vector<std::unique_ptr<replay::CommandCsv>> all;
  if (file.empty()) return all;
  for (unsigned i = 0; i < memory.channels(); ++i) {
    fs::path path = file;
    if (memory.channels() > 1)
      path.replace_filename(path.stem().string() + "." + std::to_string(i) + path.extension().string());
    all.push_back(std::make_unique<replay::CommandCsv>(path, memory.config()));
    memory.channel(i).observe(all.back().get());
  }
  return all;
}

replay::ReplayRecord simulate(const Options& options, const config::Memory& chosen) {
  const std::unique_ptr<traces::MemoryTraceReader> reader = open_trace(options, chosen.config);
  base::Ledger ledger;
  dram::Memory memory(chosen.config, options.fidelity == "fast" ? dram::Fidelity::fast : dram::Fidelity::detailed,
                      ledger);
  const std::vector<std::unique_ptr<replay::CommandCsv>> commands = observe(options.commands, memory);
  ProgressLine progress(!options.quiet);
  replay::ReplayOptions play = options.replay;
  play.instructions_per_second = options.clock_hz;
  replay::MemoryReplay replay(*reader, memory, play, [&](std::uint64_t accesses, units::Time now) {
    if (progress.due()) progress.print(fmt::format("{} accesses, {} us simulated", accesses, now.value / 1000000));
  });
  replay::ReplayRecord record;
  record.trace = fs::path(options.trace).filename().string();
  record.format = reader->format().name;
  record.timing = timing_of(options, *reader);
  record.fidelity = options.fidelity;
  record.outstanding = replay.bound().requests == ~std::uint64_t{0} ? 0 : replay.bound().requests;
  record.initiators = reader->initiators();
  record.outcome = replay.run();
  record.memory = replay::take_figures(memory, record.outcome.end);
  const dram::Cycle end = memory.channel(0).durations().clock.index_at_or_after(record.outcome.end).value;
  for (unsigned i = 0; i < commands.size(); ++i) {
    memory.channel(i).report_idle(end);
    commands[i]->finish(end);
  }
  return record;
}

int run(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  const config::Memory memory = config::resolve_memory(options.memory, options.set);
  const std::string output = options.output.empty()
                                 ? "out/" + fs::path(options.trace).stem().string() + "-on-" + memory.config.name
                                 : options.output;
  results::OutputFolder folder(output);
  replay::ReplayRecord record = simulate(options, memory);
  record.provenance = provenance_of(options, memory);
  const std::string document = replay::replay_document(record, host_record(begin)).json();
  folder.write("results.json", document);
  folder.write("resolved.toml", record.provenance.resolved_toml);
  folder.write("banks.csv", replay::banks_csv(record.memory));
  folder.commit();
  if (options.json)
    fmt::print("{}", document);
  else if (!options.quiet)
    fmt::print("{}\nresults: {}\n", replay::replay_text(record), output);
  return done;
}

void add_trace_options(CLI::App& app, Options& options) {
  app.add_option("trace", options.trace,
                 "memory trace, command trace (takt run --record-commands) or firmware trace (--record-firmware)")
      ->required();
  app.add_option("--memory", options.memory,
                 "of a memory trace, needed: memory preset, a name from 'takt list memories', or a file");
  app.add_option("--soc", options.soc,
                 "of a command trace: SoC preset, a name from 'takt list socs', or a file (default: as recorded)");
  app.add_option("--firmware", options.firmware,
                 "of a firmware trace: native, rv32, or an ELF of your own (default: native and rv32)")
      ->type_name("BUILD");
  app.add_option("--format", options.format, traces::memory_trace_format_names() + "; detected where not given");
  app.add_option("--clock-hz", options.clock_hz,
                 "clock of the trace's cycles (stl, rstl, dramsim3); instructions per second (ramulator2-simpleo3)")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1000000000000}));
  app.add_option("--access-bytes", options.access_bytes,
                 "length of an access for which the trace states none (default: one burst of the memory)")
      ->check(CLI::Range(std::uint32_t{1}, std::uint32_t{1} << 30));
  app.add_flag("--late-accesses", options.late_accesses,
               "an access whose cycle lies before that of an earlier one comes with that one; else an error");
  app.add_flag("--as-fast-as-accepted", options.replay.as_fast_as_accepted,
               "ignore the trace's times: the memory's queues are kept full");
  app.add_option("--outstanding", options.replay.outstanding,
                 "accesses in flight at most (default: 4096; as fast as accepted: what keeps the queues full)")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 20));
  app.add_option("--limit", options.replay.limit, "play so many accesses of the trace")
      ->check(CLI::Range(std::uint64_t{1}, ~std::uint64_t{0} >> 1));
}

using Names = std::vector<const char*>;

const Names of_memory_trace = {"--memory",       "--format",        "--clock-hz",
                               "--access-bytes", "--late-accesses", "--as-fast-as-accepted",
                               "--outstanding",  "--limit",         "--commands"};

// Options of another kind of trace.
void refuse(const CLI::App& app, const Names& names, const std::string& file, const std::string& kind,
            const std::string& expected) {
  for (const char* name : names)
    if (app.get_option(name)->count() != 0)
      throw traces::PackedFileError(file, std::string(name) + " with " + kind, expected);
}

}  // namespace

Registered add_replay(CLI::App& takt) {
  CLI::App* app = takt.add_subcommand("replay",
                                      "Play a memory trace into one memory, a command trace onto an SoC's NPU, or a "
                                      "firmware trace through the firmware");
  const auto options = std::make_shared<Options>();
  add_trace_options(*app, *options);
  CLI::Option* fidelity = app->add_option("--fidelity", options->fidelity, "fast or detailed, with the same result")
                              ->check(CLI::IsMember({"fast", "detailed"}))
                              ->capture_default_str();
  app->add_option("--commands", options->commands,
                  "also write every DRAM command to FILE, as DRAMPower reads them, one file per channel; detailed")
      ->excludes(fidelity);
  app->add_option("--set", options->set, "override a key of the memory or the SoC: --set key=value")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app->add_option("-o,--output", options->output, "output folder (default: out/<trace>-on-<memory or SoC>)");
  app->add_flag("--json", options->json, "print results.json instead of the tables");
  app->add_flag("--quiet", options->quiet, "print nothing but errors");
  return {
      app, [options, app, fidelity]() -> int {
        if (traces::is_firmware_trace(options->trace)) {
          const std::string kind = traces::firmware_trace_kind.what;
          refuse(*app, of_memory_trace, options->trace, kind, "a memory trace with it");
          refuse(*app, {"--soc", "--fidelity", "--set", "--output"}, options->trace, kind, "a command trace with it");
          return replay_firmware_trace({options->trace, options->firmware, options->json, options->quiet});
        }
        if (traces::is_command_trace(options->trace)) {
          const std::string kind = traces::command_trace_kind.what;
          refuse(*app, of_memory_trace, options->trace, kind, "a memory trace with it");
          refuse(*app, {"--firmware"}, options->trace, kind, "a firmware trace with it");
          return replay_command_trace({options->trace, options->soc,
                                       fidelity->count() != 0 ? options->fidelity : std::string(), options->set,
                                       options->output, options->json, options->quiet});
        }
        if (options->memory.empty()) {
          fmt::print(stderr, "takt: {}: found no --memory, expected one with a memory trace\n{}", options->trace,
                     app->help());
          return bad_input;
        }
        if (!options->soc.empty())
          throw traces::MemoryTraceError({options->trace}, "--soc", "a command trace with it, or --memory");
        if (!options->firmware.empty())
          throw traces::MemoryTraceError({options->trace}, "--firmware", "a firmware trace with it");
        if (!options->commands.empty()) options->fidelity = "detailed";
        return run(*options);
      }};
}

}  // namespace takt::cli
