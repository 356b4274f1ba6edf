// takt run: one scenario, or one model alone, to an output folder and a table.
#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include "sim/cli/bench_options.h"
#include "sim/cli/bound.h"
#include "sim/cli/command.h"
#include "sim/cli/failure.h"
#include "sim/cli/firmware_bench.h"
#include "sim/cli/gdb_port.h"
#include "sim/cli/host_record.h"
#include "sim/cli/isolated.h"
#include "sim/cli/model_source.h"
#include "sim/cli/progress.h"
#include "sim/cli/timeline_options.h"
#include "sim/config/load.h"
#include "sim/graph/error.h"
#include "sim/observe/output_file.h"
#include "sim/platform/answers.h"
#include "sim/platform/platform.h"
#include "sim/replay/workload_text.h"
#include "sim/report/page.h"
#include "sim/results/document.h"
#include "sim/results/firmware_telemetry.h"
#include "sim/results/latency_table.h"
#include "sim/results/output_folder.h"
#include "sim/results/summary.h"
#include "sim/results/tables.h"
#include "sim/results/verdict.h"

namespace takt::cli {
namespace {

struct Options {
  std::string scenario;
  std::string model;
  std::string workload;
  config::ModelOptions model_options;
  std::string soc;
  std::uint64_t requests = 100;
  std::string output;
  std::vector<std::string> set;
  std::optional<std::uint64_t> seed;
  std::optional<std::uint64_t> max_time_us;
  std::optional<std::uint64_t> max_instructions;
  std::optional<std::uint64_t> max_log_bytes;
  std::string fidelity;
  TimelineOptions timeline;
  std::string firmware;
  std::string record_memory;
  bool trace_points = false;
  bool functional = false;
  std::string record_commands;
  std::string record_firmware;
  std::string dump_state;
  bool bound = false;
  bool latency_table = false;
  bool check = false;
  bool monitor_bus = false;
  bool no_report = false;
  bool json = false;
  bool quiet = false;
  std::optional<std::uint16_t> gdb_port;
  observe::BenchOptions bench;
};

config::Scenario load(const Options& options, const config::Overrides& more = {}) {
  config::Overrides overrides = options.set;
  if (options.seed) overrides.push_back("seed=" + std::to_string(*options.seed));
  if (!options.fidelity.empty()) overrides.push_back("fidelity=\"" + options.fidelity + "\"");
  if (!options.firmware.empty()) {
    overrides.push_back("firmware.elf=\"" + options.firmware + "\"");
    overrides.push_back("control_cpu.cost=\"iss\"");
  }
  const auto limit = [&](const char* key, const std::optional<std::uint64_t>& value) {
    if (value) overrides.push_back(std::string("limits.") + key + "=" + std::to_string(*value));
  };
  limit("max_time_us", options.max_time_us);
  limit("max_instructions", options.max_instructions);
  limit("max_log_bytes", options.max_log_bytes);
  overrides.insert(overrides.end(), more.begin(), more.end());
  if (!options.model.empty())
    return config::scenario_for_model(options.model, options.soc, options.requests, overrides, options.model_options);
  if (!options.workload.empty()) {
    const std::string path = std::filesystem::absolute(options.workload).string();
    const std::string text = replay::scenario_text(traces::read_workload(options.workload),
                                                   std::filesystem::path(path).stem().string(), path, options.soc);
    return config::parse_scenario(text, "--workload " + options.workload, overrides);
  }
  return config::load_scenario(options.scenario, overrides);
}

// Whether every stream gave its one input one answer.
bool same_answers(const platform::RunRecord& record) {
  bool same = true;
  for (const platform::StreamRecord& stream : record.streams) {
    if (!stream.answers || stream.answers->requests.size() <= 1) continue;
    fmt::print(stderr, "takt: stream '{}' gave {} different answers to one input\n", stream.name,
               stream.answers->requests.size());
    same = false;
  }
  return same;
}

bool holds(const platform::RunRecord& record, const config::ScenarioConfig& scenario) {
  const results::Verdict verdict = results::judge(record, units::microseconds(scenario.limits.starvation_us),
                                                  scenario.run.drain == config::Drain::finish);
  fmt::print(stderr, "{}", results::describe(record, verdict));
  return verdict.holds();
}

// Throws where an option that needs the simulated core meets another control processor.
void expect_iss(const std::string& option, const config::ScenarioConfig& scenario, const std::string& why_not = "") {
  const std::string& cost = scenario.soc.control_cpu.cost;
  if (cost == "iss") return;
  throw graph::GraphError(option + ": found control_cpu.cost = \"" + cost + "\"" + why_not +
                          ", expected control_cpu.cost = \"iss\" or --firmware FILE");
}

void check_options(const Options& options, const config::ScenarioConfig& scenario) {
  if (options.trace_points) expect_iss("--trace-points", scenario);
  if (options.gdb_port)
    expect_iss("--gdb", scenario,
               ", whose firmware is a part of takt and debugged with the host's gdb (gdb --args takt run ...)");
  check_bench_options(options.bench, options.timeline.wanted());
  if (options.max_instructions) expect_iss("--max-instructions", scenario);
  if (const std::string option = options.bench.first_wanted(); !option.empty()) expect_iss(option, scenario);
}

// What the bench has seen is written, whatever the run's end.
platform::RunRecord simulated(platform::Platform& soc, gdb::Debugger* debugger, observe::Bench& bench) {
  try {
    platform::RunRecord record = soc.run();
    tell_ended(debugger, done);
    bench.finish();
    return record;
  } catch (const platform::SimulationFailure&) {
    tell_ended(debugger, simulation_failed);
    bench.finish();
    throw;
  } catch (...) {
    tell_ended(debugger, current_failure().code);
    throw;
  }
}

void write_state(const std::string& path, const platform::FirmwareStateRecord& state,
                 const config::ScenarioConfig& scenario) {
  std::vector<std::string> streams;
  for (const config::StreamConfig& stream : scenario.streams) streams.push_back(stream.name);
  observe::OutputFile file(path, "--dump-state");
  file.stream() << results::firmware_state_json(state, streams);
  file.close();
}

int run(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  const config::Scenario scenario = load(options);
  const std::string output = options.output.empty() ? "out/" + scenario.config.name : options.output;
  check_options(options, scenario.config);
  const std::unique_ptr<observe::Bench> bench = firmware_bench(options.bench, scenario.config);
  const std::unique_ptr<gdb::Debugger> debugger = debugger_at(options.gdb_port);
  results::OutputFolder folder(output);
  std::optional<platform::IsolationRecord> isolation;
  if (scenario.config.metrics.isolated) isolation = isolate(scenario);
  std::vector<Bound> bounds;
  if (options.bound) bounds = measure_bounds([&](const config::Overrides& more) { return load(options, more); });

  std::unique_ptr<TimelineFile> timeline;
  platform::RunRecord record;
  std::string console;
  {
    ProgressLine progress(!options.quiet);
    platform::RunOptions run_options;
    timeline = timeline_file(options.timeline, folder.file("trace.pftrace"), options.bench.trace_begin,
                             options.bench.trace_end, run_options);
    run_options.record_memory = options.record_memory;
    run_options.trace_points = options.trace_points;
    if (options.functional) run_options.answers = std::make_shared<platform::AnswerOptions>();
    run_options.record_commands = options.record_commands;
    run_options.record_firmware = options.record_firmware;
    if (!options.dump_state.empty()) {
      run_options.on_state = [&](const platform::FirmwareStateRecord& state) {
        write_state(options.dump_state, state, scenario.config);
      };
    }
    run_options.monitor_bus = options.monitor_bus;
    run_options.debugger = debugger.get();
    observe_with(*bench, run_options);
    FirmwareText text(bench->budget(), progress, options.quiet);
    run_options.on_console = [&](units::Time at, std::uint8_t byte) { text.put(at, byte); };
    run_options.on_failure = [&](rv32::Debuggee& core) {
      text.text();
      progress.clear();
      fmt::print(stderr, "{}", bench->dump(core));
    };
    run_options.on_progress = [&](const platform::Progress& p) { progress.show(p); };
    platform::Platform soc(scenario, std::move(run_options));
    bench->budget().on_exhausted([&] {
      soc.fail("the firmware's traces and console reached max_log_bytes = " +
               std::to_string(scenario.config.limits.max_log_bytes));
    });
    record = simulated(soc, debugger.get(), *bench);
    bench->budget().on_exhausted({});
    console = text.text();
  }
  if (timeline != nullptr) timeline->finish();
  record.isolation = std::move(isolation);
  const std::string document = results::results_document(record, host_record(begin)).json();
  folder.write("results.json", document);
  folder.write("resolved.toml", config::resolved_toml(scenario));
  folder.write("jobs.csv", results::jobs_csv(record));
  folder.write("layers.csv", results::layers_csv(record));
  folder.write("power.csv", results::power_csv(record));
  folder.write("paths.csv", results::paths_csv(record));
  folder.write("timeline.csv", results::timeline_csv(record));
  folder.write("decisions.csv", results::decisions_csv(record));
  if (record.firmware_metrics) folder.write("firmware_metrics.csv", results::firmware_metrics_csv(record));
  if (!console.empty()) folder.write("console.txt", console);
  if (options.trace_points) folder.write("trace_points.csv", results::trace_points_csv(record));
  if (options.bound) folder.write("bound.csv", bound_csv(record, bounds));
  if (options.latency_table) folder.write("latency.csv", results::latency_csv(record));
  if (!options.no_report)
    folder.write("report.html", report::page({report::open_run(folder.file("results.json"), scenario.config.name)}));
  folder.commit();

  if (options.json)
    fmt::print("{}", document);
  else if (!options.quiet)
    fmt::print("{}{}{}{}\nresults: {}\n{}", results::summary(record), describe(timeline.get(), options.timeline),
               options.latency_table ? "\n" + results::latency_table(record) : std::string(),
               options.bound ? "\n" + bound_table(record, bounds) : std::string(), output,
               results::answer_costs(record));
  const bool same = same_answers(record);
  return same && (!options.check || holds(record, scenario.config)) ? done : gate_failed;
}

}  // namespace

Registered add_run(CLI::App& takt) {
  CLI::App* app = takt.add_subcommand("run", "Run a scenario, or one model alone, and write its results");
  const auto options = std::make_shared<Options>();
  CLI::Option* scenario = app->add_option("scenario", options->scenario, "name from 'takt list scenarios', or a file");
  CLI::Option* model = app->add_option("--model", options->model,
                                       "a .tflite, .onnx or .takt file, or a zoo name: one closed-loop stream")
                           ->excludes(scenario);
  for (CLI::Option* option : add_model_options(*app, options->model_options)) option->needs(model);
  app->add_option("--workload", options->workload, "a DISB, rt-app or XRBench file: a stream for each of its tasks")
      ->type_name("FILE")
      ->excludes(scenario)
      ->excludes(model);
  app->add_option("--soc", options->soc, "SoC preset for --model or --workload")
      ->excludes(scenario)
      ->default_val("snapdragon-8-gen-2-like");
  app->add_option("--requests", options->requests, "requests of --model")
      ->needs(model)
      ->check(CLI::Range(1, 100000000))
      ->capture_default_str();
  app->add_option("-o,--output", options->output, "output folder (default: out/<scenario>)");
  app->add_option("--set", options->set, "override any configuration key: --set key=value")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app->add_option("--seed", options->seed, "seed of the scenario");
  app->add_option("--fidelity", options->fidelity, "how much is simulated: detailed, fast or sampled");
  app->add_option("--firmware", options->firmware, "an RV32 ELF to run in place of takt's firmware")->type_name("FILE");
  add_timeline_options(*app, options->timeline);
  app->add_flag("--trace-points", options->trace_points,
                "write the firmware's writes to SYSTEM.TRACE as trace_points.csv; with control_cpu.cost = iss");
  app->add_option(
         "--record-memory", options->record_memory,
         "write the memories' traffic as traces for 'takt replay'; of several memories FILE.<memory>.EXTENSION")
      ->type_name("FILE");
  app->add_flag("--functional", options->functional,
                "also compute what the models answer; exit 1 where a stream's answers differ");
  app->add_option("--record-commands", options->record_commands,
                  "write what the firmware gave the NPU, and when, as a trace for 'takt replay'")
      ->type_name("FILE");
  app->add_option("--record-firmware", options->record_firmware,
                  "write all that the firmware read and wrote as a trace for 'takt replay', of a run that failed too")
      ->type_name("FILE");
  app->add_option(
         "--dump-state", options->dump_state,
         "ask the firmware for its state at the end and write it as JSON, also where the run ends at --max-time")
      ->type_name("FILE");
  app->add_flag("--latency-table", options->latency_table,
                "also how long each stream waited for the engines, as perf sched latency tells it of tasks");
  app->add_flag("--bound", options->bound,
                "also what each resource costs: the run again, one resource ideal at a time");
  app->add_flag(
      "--check", options->check,
      "exit 1 where a deadline was missed, a request starved or was lost, or a display or camera fell behind");
  app->add_flag("--monitor-bus", options->monitor_bus,
                "end the run with exit code 4 where the firmware touches what it was not given");
  add_gdb_port(*app, options->gdb_port);
  add_bench_options(*app, options->bench);
  app->add_option("--trace-registers", options->bench.registers,
                  "write a line for each access of the firmware to a register: time, register, value, function")
      ->type_name("FILE");
  app->add_option("--max-time", options->max_time_us, "limit of simulated time, in microseconds");
  app->add_option("--max-instructions", options->max_instructions, "limit of instructions of the simulated core");
  app->add_option("--max-log", options->max_log_bytes, "limit of the firmware's traces and console together, in bytes");
  app->add_flag("--no-report", options->no_report, "do not write report.html");
  app->add_flag("--json", options->json, "print results.json instead of the table");
  app->add_flag("--quiet", options->quiet, "print nothing but errors");
  return {app, [app, options]() -> int {
            if (options->scenario.empty() && options->model.empty() && options->workload.empty()) {
              fmt::print(stderr, "takt: run needs a scenario, --model or --workload\n{}", app->help());
              return bad_input;
            }
            return run(*options);
          }};
}

}  // namespace takt::cli
