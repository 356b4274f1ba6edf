#include "sim/observe/bench.h"

#include "models/units/clock.h"
#include "sim/observe/dump.h"

namespace takt::observe {
namespace {

CycleWindow cycle_window(const BenchOptions& options) {
  const units::Clock clock(options.clock_hz);
  CycleWindow window;
  window.begin = clock.index_at_or_after(options.trace_begin).value;
  if (options.trace_end != units::never()) window.end = clock.index_at_or_after(options.trace_end).value;
  return window;
}

}  // namespace

std::string BenchOptions::first_wanted() const {
  if (!profile.empty()) return "--profile";
  if (!coverage.empty()) return "--coverage";
  if (!instructions.empty()) return "--trace-instructions";
  return transfers != 0 ? "--transfers" : "";
}

Bench::Bench(Program program, const std::string& name, const BenchOptions& options)
    : program_(std::move(program)), options_(options), budget_(options.max_log) {
  if ((!options.profile.empty() || !options.coverage.empty()) && symbols().functions().empty())
    throw traces::ElfError(name, "no symbols of functions",
                           "a program that was not stripped, for --profile and --coverage");
  if (options.transfers != 0) all_.push_back((history_ = std::make_unique<History>(options.transfers)).get());
  if (!options.profile.empty()) {
    profile_file_ = std::make_unique<OutputFile>(options.profile, "--profile");
    all_.push_back((profile_ = std::make_unique<Profile>(symbols(), options.unit)).get());
  }
  if (!options.coverage.empty()) {
    coverage_file_ = std::make_unique<OutputFile>(options.coverage, "--coverage");
    all_.push_back((coverage_ = std::make_unique<Coverage>(symbols(), image())).get());
  }
  if (!options.instructions.empty()) {
    instruction_file_ = std::make_unique<BoundedFile>(options.instructions, "--trace-instructions", budget_);
    instruction_trace_ = std::make_unique<InstructionTrace>(symbols(), *instruction_file_, cycle_window(options));
    all_.push_back(instruction_trace_.get());
  }
  if (!options.registers.empty()) {
    register_file_ = std::make_unique<BoundedFile>(options.registers, "--trace-registers", budget_);
    register_trace_ =
        std::make_unique<RegisterTrace>(symbols(), *register_file_, options.trace_begin, options.trace_end);
  }
}

const traces::ElfImage& Bench::image() const {
  if (image_ == nullptr) image_ = std::make_unique<traces::ElfImage>(program_());
  return *image_;
}

const SymbolTable& Bench::symbols() const {
  if (symbols_ == nullptr) symbols_ = std::make_unique<SymbolTable>(image());
  return *symbols_;
}

std::string Bench::dump(rv32::Debuggee& debuggee) const {
  DumpOptions options;
  options.history = history_.get();
  return observe::dump(debuggee, symbols(), image(), options);
}

void Bench::finish() {
  if (profile_ != nullptr) {
    profile_->write(profile_file_->stream());
    profile_file_->close();
  }
  if (coverage_ != nullptr) {
    coverage_->write(coverage_file_->stream());
    coverage_file_->close();
  }
  if (instruction_file_ != nullptr) instruction_file_->close();
  if (register_file_ != nullptr) register_file_->close();
}

}  // namespace takt::observe
