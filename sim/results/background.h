// Background traffic in the results: as a document and as a line of the summary.
#pragma once

#include <string>

#include "sim/platform/run_record.h"
#include "sim/results/value.h"

namespace takt::results {

// The array `background`. May add to `notes`.
Value background_value(const platform::RunRecord& run, Value& notes);

// What a person wants to know of a source: its rate, and whether it kept its time.
std::string background_line(const platform::BackgroundRecord& source, units::Time window);

}  // namespace takt::results
