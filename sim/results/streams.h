// What a stream's requests amount to.
//
// A request belongs to the measurement when it was submitted inside the window; its latency counts however late it
// ends. Throughput and energy per request count completions inside the window, whenever they were submitted.
#pragma once

#include <optional>

#include "sim/results/figures.h"

namespace takt::results {

struct StreamFigures {
  std::uint64_t submitted = 0, completed = 0, failed = 0, dropped = 0, pending = 0;
  std::uint64_t finished_in_window = 0;
  std::uint64_t with_deadline = 0;  // whose deadline has been met or missed
  std::uint64_t missed = 0;         // completed late, failed, dropped, or pending past the deadline
  bool has_deadline = false;
  Distribution latency;  // submitted to finished, completed requests
  Distribution wait;     // submitted to started, completed requests
};

bool in_window(const platform::RequestRecord& request, const platform::Interval& window);

// Whether the deadline was missed; nullopt: there is none, or it lies behind the end of the run.
std::optional<bool> missed_deadline(const platform::RequestRecord& request, units::Time end_of_run);

StreamFigures stream_figures(const platform::RunRecord& run, const platform::StreamRecord& stream);

}  // namespace takt::results
