// What a command's options want to see of a program on the core: made before the run, written behind it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/cpu/rv32/debugger.h"
#include "models/cpu/rv32/observer.h"
#include "sim/observe/coverage.h"
#include "sim/observe/history.h"
#include "sim/observe/instruction_trace.h"
#include "sim/observe/output_file.h"
#include "sim/observe/profile.h"
#include "sim/observe/register_trace.h"
#include "sim/observe/symbol_table.h"

namespace takt::observe {

// Empty files: not wanted.
struct BenchOptions {
  std::string profile;
  ProfileUnit unit = ProfileUnit::cycles;
  std::string coverage;
  std::string instructions;
  std::string registers;      // of native firmware too
  std::size_t transfers = 0;  // that a dump shows
  units::Time trace_begin;    // of the traces: [begin, end)
  units::Time trace_end = units::never();
  std::uint64_t clock_hz = 1000000000;  // of the core
  std::uint64_t max_log = 100000000;    // bytes of all traces together

  // The option that wants something of the core; empty: none does.
  std::string first_wanted() const;
};

class Bench : private rv32::Observer {
 public:
  using Program = std::function<traces::ElfImage()>;
  // `program` is asked for once, when somebody needs names; native firmware is an empty image. `name` is for messages.
  // Throws FileError for a file that cannot be written, and traces::ElfError for a profile or coverage of a program
  // that has no symbols.
  Bench(Program program, const std::string& name, const BenchOptions& options);

  // Null: nothing of the core is wanted.
  rv32::Observer* observer() { return all_.empty() ? nullptr : this; }
  // Null: not wanted.
  RegisterTrace* registers() { return register_trace_.get(); }
  LogBudget& budget() { return budget_; }

  std::string dump(rv32::Debuggee& debuggee) const;
  // Writes the files. Throws FileError.
  void finish();

 private:
  void executed(const rv32::Executed& instruction) override {
    for (rv32::Observer* each : all_) each->executed(instruction);
  }
  void trapped(const rv32::Trapped& trap) override {
    for (rv32::Observer* each : all_) each->trapped(trap);
  }

  const traces::ElfImage& image() const;
  const SymbolTable& symbols() const;

  const Program program_;
  mutable std::unique_ptr<traces::ElfImage> image_;  // once it is needed, as the next
  const BenchOptions options_;
  mutable std::unique_ptr<SymbolTable> symbols_;
  LogBudget budget_;
  std::unique_ptr<History> history_;
  std::unique_ptr<Profile> profile_;
  std::unique_ptr<Coverage> coverage_;
  std::unique_ptr<OutputFile> profile_file_, coverage_file_;
  std::unique_ptr<BoundedFile> instruction_file_, register_file_;
  std::unique_ptr<RegisterTrace> register_trace_;
  std::unique_ptr<InstructionTrace> instruction_trace_;
  std::vector<rv32::Observer*> all_;
};

}  // namespace takt::observe
