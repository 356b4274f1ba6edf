// A subcommand of takt: declares its options, then runs. One file each.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace takt::cli {

// Exit codes of takt (docs/reference.md).
enum ExitCode : int {
  done = 0,
  gate_failed = 1,  // a comparison found a difference
  bad_input = 2,
  defect = 3,             // in takt itself
  simulation_failed = 4,  // simulated firmware failed, or a limit was hit
};

// Adds a subcommand; the function runs once its options are parsed and returns an exit code.
using Action = std::function<int()>;
struct Registered {
  CLI::App* app;
  Action action;
};

Registered add_run(CLI::App& takt);
Registered add_compile(CLI::App& takt);
Registered add_infer(CLI::App& takt);
Registered add_inspect(CLI::App& takt);
Registered add_list(CLI::App& takt);
Registered add_keys(CLI::App& takt);
Registered add_compare(CLI::App& takt);
Registered add_explain(CLI::App& takt);
Registered add_results(CLI::App& takt);
Registered add_replay(CLI::App& takt);
Registered add_memory(CLI::App& takt);
Registered add_elf(CLI::App& takt);
Registered add_report(CLI::App& takt);
Registered add_sweep(CLI::App& takt);
Registered add_manual(CLI::App& takt);
Registered add_completion(CLI::App& takt);

}  // namespace takt::cli
