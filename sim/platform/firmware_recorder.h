// Records what the firmware reads and writes: a firmware trace (traces/formats/firmware).
#pragma once

#include <filesystem>
#include <functional>

#include "models/cpu/control_cpu.h"
#include "sim/config/load.h"
#include "traces/formats/firmware/firmware_trace.h"

namespace takt::platform {

class FirmwareRecorder {
 public:
  // Before the simulation starts. `full` is called, once, where the trace holds as many bytes as the scenario lets the
  // firmware's traces have (limits.max_log_bytes): nothing is recorded from then on. Throws
  // traces::MemoryTraceWriteError where the file cannot be created.
  FirmwareRecorder(const std::filesystem::path& file, const config::Scenario& scenario, cpu::ControlCpu& cpu,
                   std::function<void()> full);

  // Completes the trace; without it none is left. Throws traces::MemoryTraceWriteError.
  void close();

 private:
  void add(traces::FirmwareAccess access);

  traces::PackedFileWriter file_;
  const std::uint64_t most_bytes_;
  const std::function<void()> full_;
  bool cut_ = false;
  traces::FirmwareTrace trace_;
};

}  // namespace takt::platform
