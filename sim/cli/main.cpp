// takt: parses the command line, runs one subcommand, turns what it throws into an exit code.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "sim/cli/command.h"
#include "sim/cli/failure.h"
#include "sim/cli/nearest.h"

namespace takt::cli {
namespace {

int fail(ExitCode code, const std::string& text) {
  std::cout.flush();
  std::cerr << "takt: " << text << (text.empty() || text.back() != '\n' ? "\n" : "");
  return code;
}

int guarded(const Action& action) {
  try {
    return action();
  } catch (...) {
    const Failure failure = current_failure();
    return fail(failure.code, failure.what);
  }
}

// CLI11 says only that a subcommand is missing; name what was written and the nearest one.
int unknown_subcommand(const std::string& word, const std::vector<Registered>& commands) {
  std::vector<std::string> names;
  for (const Registered& command : commands) names.push_back(command.app->get_name());
  return fail(bad_input, "no command '" + word + "', expected one of " + list_of(names) + hint(word, names));
}

}  // namespace

int run(int argc, char** argv) {
  CLI::App takt("Simulates a mobile SoC that serves quantized AI workloads under its scheduler firmware.", "takt");
  takt.set_version_flag("--version", TAKT_VERSION);
  takt.require_subcommand(1);
  const std::vector<Registered> commands = {
      add_run(takt),     add_infer(takt),   add_compile(takt), add_inspect(takt),   add_list(takt),   add_keys(takt),
      add_compare(takt), add_explain(takt), add_results(takt), add_replay(takt),    add_memory(takt), add_elf(takt),
      add_report(takt),  add_sweep(takt),   add_manual(takt),  add_completion(takt)};
  const auto known = [&](const std::string& word) {
    return std::any_of(commands.begin(), commands.end(),
                       [&](const Registered& c) { return c.app->get_name() == word; });
  };
  if (argc > 1 && argv[1][0] != '-' && !known(argv[1])) return unknown_subcommand(argv[1], commands);
  if (argc == 1) {
    std::cerr << takt.help();
    return bad_input;
  }
  try {
    takt.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return takt.exit(e);
    takt.exit(e);
    return bad_input;
  }
  for (const Registered& command : commands)
    if (command.app->parsed()) return guarded(command.action);
  return bad_input;
}

}  // namespace takt::cli

// The SystemC library refers to sc_main; takt calls sc_start itself and never gets there.
extern "C" int sc_main(int, char**) { return takt::cli::defect; }

int main(int argc, char** argv) {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  return takt::cli::run(argc, argv);
}
