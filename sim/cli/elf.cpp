// takt elf: a bare program on the control processor; the exit code is the program's.
#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "sim/bare/machine.h"
#include "sim/cli/bench_options.h"
#include "sim/cli/command.h"
#include "sim/cli/gdb_port.h"

namespace takt::cli {
namespace {

struct Options {
  std::string program;
  std::vector<std::string> arguments;
  std::uint32_t ram_kib = 128u << 10;
  std::uint64_t max_instructions = bare::MachineOptions().max_instructions;
  bool counts = false;
  bool json = false;
  std::optional<std::uint16_t> gdb_port;
  observe::BenchOptions bench;
};

class Console : public bare::Streams {
 public:
  // With --json the program's output goes to stderr: stdout holds the document alone.
  explicit Console(bool all_to_stderr) : all_to_stderr_(all_to_stderr) {}

  void write(bool error, const std::string& text) override {
    std::FILE* const to = error || all_to_stderr_ ? stderr : stdout;
    std::fwrite(text.data(), 1, text.size(), to);
  }
  std::string read(std::uint32_t bytes) override {
    std::fflush(stdout);
    std::string text(bytes, 0);
    text.resize(std::fread(text.data(), 1, bytes, stdin));
    return text;
  }

 private:
  bool all_to_stderr_;
};

const char* name_of(bare::Ending ending) {
  switch (ending) {
    case bare::Ending::exited:
      return "exited";
    case bare::Ending::limit:
      return "limit";
    case bare::Ending::lockup:
      return "lockup";
    case bare::Ending::killed:
      return "killed";
    case bare::Ending::full:
      return "full";
    case bare::Ending::asleep:
      break;
  }
  return "asleep";
}

std::string why(const bare::Outcome& outcome, const Options& options) {
  switch (outcome.ending) {
    case bare::Ending::limit:
      return fmt::format("{} instructions without an end, at pc {:#010x} (--max-instructions)",
                         options.max_instructions, outcome.pc);
    case bare::Ending::lockup:
      return fmt::format("its trap handler at {:#010x} traps: cause {}, value {:#x}", outcome.mepc, outcome.mcause,
                         outcome.mtval);
    case bare::Ending::asleep:
      return fmt::format("it waits for an interrupt that cannot come, at pc {:#010x}", outcome.pc);
    case bare::Ending::killed:
      return "the debugger ended the run";
    case bare::Ending::full:
      return fmt::format("its traces reached {} bytes, at pc {:#010x} (--max-log)", options.bench.max_log, outcome.pc);
    case bare::Ending::exited:
      break;
  }
  return "";
}

std::string document(const bare::Outcome& outcome, const Options& options) {
  nlohmann::ordered_json all;
  all["schema"] = "takt-elf/1";
  all["program"] = options.program.substr(options.program.find_last_of('/') + 1);
  all["ending"] = name_of(outcome.ending);
  if (outcome.ending == bare::Ending::exited) all["exit_code"] = outcome.code;
  all["instructions"] = outcome.instructions;
  all["cycles"] = outcome.cycles;
  all["pc"] = outcome.pc;
  return all.dump(2) + "\n";
}

// Codes of a shell have 8 bits; a failure must not become a success on the way.
int exit_code(std::uint32_t code) { return code != 0 && (code & 0xff) == 0 ? 0xff : static_cast<int>(code & 0xff); }

int run(const Options& options) {
  check_bench_options(options.bench, false);
  bare::MachineOptions machine_options;
  machine_options.ram_bytes = options.ram_kib * 1024;
  machine_options.max_instructions = options.max_instructions;
  machine_options.command_line = options.program;
  for (const std::string& argument : options.arguments) machine_options.command_line += " " + argument;
  const std::unique_ptr<gdb::Debugger> debugger = debugger_at(options.gdb_port);
  machine_options.debugger = debugger.get();
  const traces::ElfImage program = traces::read_elf(options.program);
  observe::Bench bench([&] { return program; }, options.program, options.bench);
  machine_options.observer = bench.observer();
  if (!options.bench.instructions.empty()) machine_options.full = [&] { return bench.budget().exhausted(); };
  Console console(options.json);
  bare::Machine machine(program, options.program, machine_options, console);
  const bare::Outcome outcome = machine.run();
  const int code = outcome.ending == bare::Ending::exited ? exit_code(outcome.code) : simulation_failed;
  tell_ended(debugger.get(), code);
  std::fflush(stdout);
  if (options.json) fmt::print("{}", document(outcome, options));
  if (options.counts) fmt::print(stderr, "takt: {} instructions, {} cycles\n", outcome.instructions, outcome.cycles);
  bench.finish();
  if (outcome.ending != bare::Ending::exited)
    fmt::print(stderr, "{}takt: {}: {}\n", bench.dump(machine.debuggee()), options.program, why(outcome, options));
  return code;
}

}  // namespace

Registered add_elf(CLI::App& takt) {
  CLI::App* app = takt.add_subcommand("elf", "Run a bare program on the control processor; exits with its code");
  const auto options = std::make_shared<Options>();
  app->add_option("program", options->program, "RV32 executable; RAM begins at 0x80000000")->required();
  app->add_option("arguments", options->arguments, "the program's command line, for semihosting; after --");
  app->add_option("--ram-kib", options->ram_kib, "size of the RAM")
      ->check(CLI::Range(std::uint32_t{4}, std::uint32_t{2} << 20))
      ->capture_default_str();
  app->add_option("--max-instructions", options->max_instructions, "end with exit code 4 after so many")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 62))
      ->capture_default_str();
  app->add_flag("--counts", options->counts, "print instructions and cycles on stderr");
  app->add_flag("--json", options->json, "print the outcome as JSON; what the program writes goes to stderr");
  add_gdb_port(*app, options->gdb_port);
  add_bench_options(*app, options->bench);
  app->add_option("--max-log", options->bench.max_log, "end with exit code 4 where the trace has so many bytes")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 62))
      ->capture_default_str();
  return {app, [options] { return run(*options); }};
}

}  // namespace takt::cli
