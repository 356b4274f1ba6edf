// Records what a run asks of its memories, one trace of takt's own format for each.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "sim/platform/soc.h"
#include "traces/formats/memory/writer.h"

namespace takt::platform {

class MemoryRecorder {
 public:
  // Of one memory the trace is `file`; of several, each has the memory's name before the extension. Throws
  // traces::MemoryTraceWriteError.
  MemoryRecorder(Soc& soc, const config::SocConfig& config, const std::filesystem::path& file);
  ~MemoryRecorder();

  // Completes the traces; without it none is left. Memories that nobody used have none.
  void close();

 private:
  class Trace;
  Soc& soc_;
  std::vector<std::unique_ptr<Trace>> traces_;  // by memory
};

}  // namespace takt::platform
