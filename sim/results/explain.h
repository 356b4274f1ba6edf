// Where a request's latency went, in words and numbers that add up to it.
#pragma once

#include <optional>
#include <string>

#include "sim/results/run_tables.h"

namespace takt::results {

// One request, with what the firmware decided meanwhile. Throws ResultsFileError where the run has none of that number,
// or not the tables.
std::string explain_request(const RunTables& run, const std::string& stream, std::uint64_t request);

// Of each stream, or of one: its mean request, and its slowest in full.
std::string explain_run(const RunTables& run, const std::optional<std::string>& stream);

}  // namespace takt::results
