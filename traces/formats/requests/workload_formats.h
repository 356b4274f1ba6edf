// The readers of each format, and what they share.
#pragma once

#include "traces/formats/requests/json.h"
#include "traces/formats/requests/workload.h"

namespace takt::traces {

Workload disb_workload(const JsonValue& root);
Workload rt_app_workload(const JsonValue& root);
Workload xrbench_workload(std::string_view text, const std::string& file);

// A name as streams have them: what is none of their characters becomes '_'.
std::string stream_name(std::string_view text);

// Of thousandths of a Hertz, not 0: rounded to the microsecond.
constexpr std::uint64_t period_us_of(std::uint64_t millihertz) { return (1000000000 + millihertz / 2) / millihertz; }

}  // namespace takt::traces
