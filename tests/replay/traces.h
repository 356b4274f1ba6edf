// Traces for tests: from text, or made up while they are read.
#pragma once

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "sim/replay/memory_figures.h"
#include "sim/replay/memory_replay.h"
#include "tests/replay/memories.h"
#include "traces/formats/memory/reader.h"

namespace takt::replay::testing {

using units::Time;

// A trace as text in a format, with a clock of 1 GHz.
inline std::unique_ptr<traces::MemoryTraceReader> trace_of(const std::string& text, const std::string& format,
                                                           std::uint32_t access_bytes = 64) {
  traces::MemoryTraceOptions options;
  options.format = format;
  options.clock_hz = 1000000000;
  options.access_bytes = access_bytes;
  return traces::open_memory_trace(std::make_unique<std::istringstream>(text), "trace." + format, options);
}

// Accesses from a function of their number, absolute times.
class MadeTrace final : public traces::MemoryTraceReader {
 public:
  using Make = void (*)(std::uint64_t number, traces::MemoryAccess& access);
  MadeTrace(std::uint64_t count, Make make, const char* format = "takt")
      : MemoryTraceReader(*traces::find_memory_trace_format(format), "made"), count_(count), make_(make) {
    initiators_ = {"made"};
  }
  bool next(traces::MemoryAccess& access) override {
    if (read_ == count_) return false;
    access = traces::MemoryAccess();
    access.bytes = 64;
    access.record = read_ + 1;
    make_(read_++, access);
    return true;
  }

 private:
  std::uint64_t count_;
  Make make_;
  std::uint64_t read_ = 0;
};

struct Played {
  ReplayOutcome outcome;
  MemoryFigures figures;
};

inline Played play(traces::MemoryTraceReader& trace, const dram::Config& config, const ReplayOptions& options = {},
                   dram::Fidelity fidelity = dram::Fidelity::fast) {
  base::Ledger ledger;
  dram::Memory memory(config, fidelity, ledger);
  Played played;
  played.outcome = MemoryReplay(trace, memory, options).run();
  played.figures = take_figures(memory, played.outcome.end);
  return played;
}

inline Played play(const std::string& text, const std::string& format, const dram::Config& config,
                   const ReplayOptions& options = {}) {
  return play(*trace_of(text, format), config, options);
}

// Latencies of a read on round_memory(), alone: 2 ns to the command, 10 ns tRCD, 7 ns RL, 16 ns of
// data; 20 ns tRP where another row is open.
constexpr Time row_hit = units::nanoseconds(2 + 7 + 16);
constexpr Time row_miss = units::nanoseconds(2 + 10 + 7 + 16);
constexpr Time row_conflict = units::nanoseconds(2 + 20 + 10 + 7 + 16);

}  // namespace takt::replay::testing
