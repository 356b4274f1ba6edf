// A small finished run with round figures, for tests to change.
#pragma once

#include "sim/platform/run_record.h"

namespace takt::results {

// 10 ms simulated, all of it the window; stream "camera" with four requests of 1, 2, 3 and 4 ms latency and a deadline
// of 3.5 ms; stream "hog" with one request that is pending.
platform::RunRecord sample_run();

// A request submitted at `submitted_us` that waits `wait_us` and completes after `latency_us`.
platform::RequestRecord completed(std::uint64_t submitted_us, std::uint64_t wait_us, std::uint64_t latency_us);

}  // namespace takt::results
