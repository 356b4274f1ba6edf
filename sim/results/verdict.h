// What a run must not show: `takt run --check`.
#pragma once

#include <string>
#include <vector>

#include "sim/platform/run_record.h"

namespace takt::results {

// Of the requests of the measurement window (streams.h).
struct Violation {
  enum class Kind : std::uint8_t {
    missed,   // a deadline
    starved,  // waited longer for its first start than the limit
    lost,     // failed, or never answered though the run went on until all were
  };
  Kind kind = Kind::missed;
  std::size_t stream = 0;   // into RunRecord::streams
  std::size_t request = 0;  // into its requests
  units::Time at;           // when it became one
  std::string text;         // one line
};

struct Verdict {
  std::vector<Violation> violations;  // in the order of streams and requests; at most one of each kind of a request
  std::vector<std::size_t> late;      // into RunRecord::background: displays that ran dry, cameras that ran over

  bool firmware_failed = false;  // by itself, and was booted again

  bool holds() const { return violations.empty() && late.empty() && !firmware_failed; }
};

// `starved_after`: 0: none starves. `drained`: the run went on until every request was over.
Verdict judge(const platform::RunRecord& run, units::Time starved_after, bool drained);

// For a terminal: of each stream and kind the first few with their places in the timeline, and how many there are.
// Empty where the verdict holds.
std::string describe(const platform::RunRecord& run, const Verdict& verdict);

}  // namespace takt::results
