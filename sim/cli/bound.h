// takt run --bound: the run again with one resource ideal at a time, and what each resource costs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/config/load.h"
#include "sim/platform/run_record.h"

namespace takt::cli {

// What a stream got, as far as a bound is about it.
struct StreamBound {
  std::uint64_t completed = 0;  // of those submitted in the window
  units::Time p50, p99;         // their latency; zero where there are none
  std::uint64_t finished = 0;   // in the window
  units::Time window;
};

struct Bound {
  std::string resource;  // the key below "ideal."
  std::vector<StreamBound> streams;
};

std::vector<StreamBound> stream_bounds(const platform::RunRecord& run);

// Every resource's, each simulated in a child process.
std::vector<Bound> measure_bounds(const std::function<config::Scenario(const config::Overrides&)>& load);

std::string bound_table(const platform::RunRecord& run, const std::vector<Bound>& bounds);
std::string bound_csv(const platform::RunRecord& run, const std::vector<Bound>& bounds);

}  // namespace takt::cli
