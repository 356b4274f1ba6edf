// Where two runs differ: what of a latency, which layers, stall reasons and NoC ports moved most, which decision came
// first that was another, which keys of the configuration are others.
#pragma once

#include <string>
#include <vector>

#include "sim/results/results_file.h"
#include "sim/results/run_tables.h"

namespace takt::results {

struct Moved {
  std::string name;
  double before = 0, after = 0;

  double delta() const { return after - before; }
};

struct Where {
  std::vector<Moved> parts;          // of a stream's mean latency: "camera dma_in", us a request
  std::vector<Moved> stalls;         // "resnet50 data", us an execution of the network
  std::vector<Moved> layers;         // "resnet50 #12 layer1.0.conv2", us an execution
  std::vector<Moved> transfers;      // the same layers: time of their DMA transfers, NPU cycles an execution
  std::vector<Moved> memory;         // latency of a NoC port's stretches, and of a memory's grants, ns
  std::vector<std::string> keys;     // "memory.llw.rcd_ns 12 -> 12.36"
  std::size_t more_keys = 0;         // that differ too
  std::string decisions;             // a sentence; empty: not known
  std::vector<std::string> unknown;  // tables that one of the runs does not have
};

// The largest `most` of each, largest first; nothing that did not move.
Where where_moved(const ResultsFile& baseline, const RunTables& before, const ResultsFile& candidate,
                  const RunTables& after, std::size_t most = 5);

// Lines for a terminal, two blanks before each; empty: nothing is known.
std::string where_text(const Where& where);

}  // namespace takt::results
