// Workloads as other tools describe them: who asks for what, when. DISB and rt-app files (JSON) and XRBench's usage
// scenarios are read into one form.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/units/quantity.h"
#include "traces/formats/memory/error.h"

namespace takt::traces {

enum class Load : std::uint8_t { periodic, poisson, closed_loop, trace, dependent };

enum class Urgency : std::uint8_t { background, normal, realtime };

struct WorkloadTask {
  std::string name;     // letters, digits, '_' and '-'; unique
  std::string network;  // as the file names it; empty: work of a stated length
  std::uint64_t work_us = 0;
  Load load = Load::closed_loop;
  std::uint64_t period_us = 0;         // periodic; rounded to the microsecond
  std::uint64_t rate_thousandths = 0;  // poisson, per second
  std::vector<units::Time> times;      // trace: ascending
  std::string after;                   // dependent: name of a task
  std::uint64_t probability = 100000;  // dependent: in 1/100000
  std::uint64_t start_us = 0;
  std::uint64_t requests = 0;  // 0: no end
  std::uint64_t batch = 1;
  std::uint64_t deadline_us = 0;  // 0: none
  Urgency urgency = Urgency::normal;
  bool newest_only = false;  // a request that has not begun when the next one comes is given up
  TracePlace place;
};

struct Workload {
  std::string format;             // "disb", "rt-app", "xrbench"
  std::uint64_t duration_us = 0;  // 0: the file does not say
  std::vector<WorkloadTask> tasks;
};

// Told apart by their text: XRBench's begins with `Network`; of JSON, DISB's has an array `tasks`, rt-app's an object.
// Throws MemoryTraceError with line and column for what cannot be read, or said by streams of requests.
Workload parse_workload(std::string_view text, const std::string& file);
Workload read_workload(const std::string& path);

}  // namespace takt::traces
