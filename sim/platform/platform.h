// One SoC built from a scenario, ready to run once. SystemC elaborates once per process, and so does this.
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "models/base/timeline.h"
#include "models/cpu/control_cpu.h"
#include "models/cpu/rv32/debugger.h"
#include "models/cpu/rv32/observer.h"
#include "sim/config/load.h"
#include "sim/platform/modules.h"
#include "sim/platform/run_record.h"
#include "sim/platform/timeline_level.h"

namespace takt::platform {

// The simulated firmware or hardware failed, or a limit was hit: exit code 4.
class SimulationFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// How far a run has come, for progress lines. Called every `progress_interval` of simulated time.
struct Progress {
  units::Time simulated;
  units::Time window_end;  // never() where the run ends with its requests
  std::uint64_t requests = 0;
};

struct AnswerOptions;  // answers.h

struct RunOptions {
  base::TimelineSink* timeline = nullptr;  // null: none
  TimelineLevel timeline_level = TimelineLevel::layers;
  std::function<void(const Progress&)> on_progress;
  std::string record_memory;           // file for the memory traffic (memory_recorder.h); empty: none
  std::string record_commands;         // file for what the NPU is given (command_recorder.h); empty: none
  std::string record_firmware;         // file for what the firmware reads and writes (firmware_recorder.h); empty: none
  bool trace_points = false;           // keep RunRecord::trace_points; the simulated core has them alone
  rv32::Debugger* debugger = nullptr;  // of the simulated core; null: none
  rv32::Observer* observer = nullptr;  // of the simulated core; null: none
  std::function<void(const cpu::RegisterAccess&)> on_register_access;  // of the control processor; null: nobody looks
  bool monitor_bus = false;  // the run fails where the firmware touches what it must not (bus_watch.h)
  std::function<void(units::Time, std::uint8_t)> on_console;  // bytes that the firmware prints
  // Where the run fails, before SimulationFailure is thrown; the simulated core has it alone.
  std::function<void(rv32::Debuggee&)> on_failure;
  // What the firmware says of itself at the end. The run goes on until it has; it fails where the firmware does not.
  std::function<void(const FirmwareStateRecord&)> on_state;
  std::shared_ptr<AnswerOptions> answers;  // compute what the models answer; null: time alone
  Modules modules;                         // of the caller's own
};

class Platform {
 public:
  // Compiles the models and builds the SoC; `scenario` outlives it. Throws graph::GraphError, config::ConfigError and
  // traces::MemoryTraceError for bad input, std::invalid_argument for a module's port that is not there or not free.
  Platform(const config::Scenario& scenario, RunOptions options);
  ~Platform();

  // Runs to the end. Throws SimulationFailure, and MemoryTraceError for a trace that turned bad since.
  RunRecord run();
  // While it runs: it is to end as failed, for this reason.
  void fail(const std::string& why);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace takt::platform
