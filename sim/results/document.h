// A finished run as results.json ("schema": "takt-results/1"; DESIGN section 7 lists the keys).
//
// Units stand in the key names; *_gbps is 10^9 bytes per second. Everything but `host` is a function of the run alone.
// A figure that was not measured is null, and `notes` says why under the figure's path: keys joined by points, elements
// of `streams` by name, as in streams[camera].latency_us.
#pragma once

#include <string>
#include <vector>

#include "sim/platform/run_record.h"
#include "sim/results/value.h"

namespace takt::results {

constexpr const char* schema = "takt-results/1";

Value results_document(const platform::RunRecord& run, const platform::HostRecord& host);

// Sum of the components: the run's energy is nothing else.
platform::Attojoules total_energy(const platform::PowerRecord& power);

// Those that the run has: all but the radio's, and that in runs with device or cloud.
std::vector<platform::Rail> rails_of(const platform::PowerRecord& power);

// The hardware's parts of the document. Each may add to `notes`.
Value npu_value(const platform::RunRecord& run);
Value cpu_value(const platform::RunRecord& run, Value& notes);
Value memory_value(const platform::RunRecord& run, Value& notes);
Value cache_value(const platform::MemorySystemRecord& memory, Value& notes);
Value power_value(const platform::RunRecord& run, Value& notes);

}  // namespace takt::results
