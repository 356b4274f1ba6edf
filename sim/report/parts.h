// The parts of a page that come from the tables beside results.json. Each is null where its table is not there; they
// throw ResultsFileError, with file and line, where one is damaged.
#pragma once

#include <cstddef>

#include "sim/report/run.h"

namespace takt::report {

// Bounds of what a page takes of a run; charts are drawn from means and extremes over `spans` equal spans of the
// window.
struct Bounds {
  std::size_t spans = 480;
  std::size_t ranks = 300;    // of a stream's latencies
  std::size_t layers = 2000;  // the ones with the longest time; the others are added up
};

// jobs.csv: of each stream, latencies by rank.
Json latencies(const Run& run, const Bounds& bounds);

// paths.csv: of each stream, what its mean request's latency consists of.
Json latency_parts(const Run& run);

// decisions.csv, jobs.csv, paths.csv: the share of each span that each stream had the engines, and preemptions.
Json engines(const Run& run, const Bounds& bounds);

// timeline.csv: bandwidth at memories and ports.
Json bandwidth(const Run& run, const Bounds& bounds);

// power.csv: rails, clock, temperatures.
Json power(const Run& run, const Bounds& bounds);

// layers.csv: each layer's operations, bytes and time; sums by operator; stalls by network and reason.
Json layers(const Run& run, const Bounds& bounds);

// The roofs over the layers, from the configuration: operations and bytes per second.
Json roofs(const Run& run);

// decisions.csv and results.json: what the firmware's decisions cost.
Json firmware(const Run& run);

// Deadlines, energy, bottleneck: a sentence each.
Json verdict(const Run& run);

}  // namespace takt::report
