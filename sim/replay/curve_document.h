// Latency against load as results.json.
#pragma once

#include "sim/platform/run_record.h"
#include "sim/replay/curve_text.h"
#include "sim/results/value.h"

namespace takt::replay {

results::Value curves_document(const CurvesRecord& record, const platform::HostRecord& host);

}  // namespace takt::replay
