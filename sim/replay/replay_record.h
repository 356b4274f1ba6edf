// A finished replay, for results.json and the terminal.
#pragma once

#include <string>
#include <vector>

#include "sim/replay/memory_figures.h"
#include "sim/replay/memory_replay.h"
#include "sim/replay/provenance.h"

namespace takt::replay {

struct ReplayRecord {
  std::string trace;   // file name without folder
  std::string format;  // of traces::memory_trace_formats
  std::string
      timing;  // how accesses were handed over: "arrival", "after_previous", "instructions", "as_fast_as_accepted"
  std::string fidelity;
  std::uint64_t outstanding = 0;        // bound on accesses in flight; 0: by the memory's queues
  std::vector<std::string> initiators;  // names, by id
  ReplayOutcome outcome;
  MemoryFigures memory;
  Provenance provenance;
};

}  // namespace takt::replay
