// What a command spent on this computer, for results.json.
#pragma once

#include <chrono>

#include "sim/platform/run_record.h"

namespace takt::cli {

platform::HostRecord host_record(std::chrono::steady_clock::time_point begin);

}  // namespace takt::cli
