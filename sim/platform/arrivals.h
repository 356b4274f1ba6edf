// When a stream's requests arrive.
#pragma once

#include <deque>
#include <vector>

#include "models/units/random.h"
#include "sim/config/scenario_config.h"
#include "traces/formats/requests/request_trace.h"

namespace takt::platform {

// Arrival times of one periodic or Poisson stream, relative to the origin. A closed-loop stream has only its first
// `concurrency` arrivals here, each later one is made by a completion; all of a dependent one are, of another stream.
// A stream that plays a trace has all from the beginning.
class Arrivals {
 public:
  // `trace`: of a stream that plays one, its file's requests in the order of their times. Throws MemoryTraceError where
  // the stream takes their lengths and one is out of its bounds.
  Arrivals(const config::StreamConfig& stream, std::uint64_t seed,
           const std::vector<traces::TracedRequest>& trace = {});

  // The next arrival, or never().
  units::Time next() const;
  // The same, with what a trace says of its tokens. Requires that there is one.
  traces::TracedRequest request() const;
  void advance();
  // A request has finished at `at`: in a closed loop another arrives then.
  void completed(units::Time at);
  // A request of the stream that a dependent one is after has been answered at `at`: perhaps one arrives for it.
  void follow(units::Time at);

 private:
  units::Time periodic();
  bool exhausted() const { return requests_ != 0 && made_ >= requests_; }

  const config::Arrival kind_;
  const units::Time start_;
  const units::Time period_;  // Poisson: mean
  const units::Time jitter_;
  const std::uint64_t requests_;
  const std::uint64_t probability_;
  const units::Time delay_;
  units::Random random_;
  std::uint64_t made_ = 0;
  units::Time next_;                       // periodic, Poisson
  std::deque<traces::TracedRequest> due_;  // the others, `at` from the origin
};

}  // namespace takt::platform
