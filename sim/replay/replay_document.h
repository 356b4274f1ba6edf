// A replay as results.json.
#pragma once

#include "sim/platform/run_record.h"
#include "sim/replay/replay_record.h"
#include "sim/results/value.h"

namespace takt::replay {

results::Value replay_document(const ReplayRecord& replay, const platform::HostRecord& host);

}  // namespace takt::replay
