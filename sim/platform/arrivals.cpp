#include "sim/platform/arrivals.h"

#include <algorithm>
#include <string>

namespace takt::platform {

using config::Arrival;
using units::Time;

namespace {
// Rates are in millihertz: one period is 10^15 / rate picoseconds.
Time period_of(const config::StreamConfig& stream) {
  if (stream.arrival == Arrival::periodic) return units::microseconds(stream.period_us);
  if (stream.arrival == Arrival::poisson) return Time(1000000000000000ull / stream.rate_millihertz);
  return Time(0);
}

traces::TracedRequest request_at(Time at) {
  traces::TracedRequest request;
  request.at = at;
  return request;
}

void check_length(const config::StreamConfig& stream, const traces::TracedRequest& request, const char* key,
                  std::uint32_t tokens, std::uint32_t least, std::uint32_t most) {
  if (tokens == 0 || (tokens >= least && tokens <= std::max(least, most))) return;
  throw traces::MemoryTraceError(
      {stream.trace},
      "a request at " + std::to_string(request.at.value / 1000000) + " us with " + key + " " + std::to_string(tokens),
      std::to_string(least) + " to " + std::to_string(std::max(least, most)) + ", as stream '" + stream.name +
          "' has " + key);
}

// Whether arrivals are listed, and not computed one from the other.
bool is_listed(Arrival kind) { return kind != Arrival::periodic && kind != Arrival::poisson; }
}  // namespace

Arrivals::Arrivals(const config::StreamConfig& stream, std::uint64_t seed,
                   const std::vector<traces::TracedRequest>& trace)
    : kind_(stream.arrival),
      start_(units::microseconds(stream.start_us)),
      period_(period_of(stream)),
      jitter_(units::microseconds(stream.jitter_us)),
      requests_(stream.requests),
      probability_(stream.probability),
      delay_(units::microseconds(stream.delay_us)),
      random_(seed) {
  if (kind_ == Arrival::periodic) next_ = periodic();
  if (kind_ == Arrival::poisson) next_ = start_ + units::exponential(random_, period_);
  if (kind_ == Arrival::closed_loop) due_.assign(stream.concurrency, request_at(start_));
  for (const traces::TracedRequest& request : trace) {
    if (random_.below(stream.trace_one_of) != 0) continue;
    due_.push_back(request_at(start_ + request.at));
    if (!stream.trace_lengths) continue;
    check_length(stream, request, "prompt_tokens", request.prompt_tokens, stream.prompt_tokens,
                 stream.prompt_tokens_max);
    check_length(stream, request, "answer_tokens", request.answer_tokens, stream.answer_tokens,
                 stream.answer_tokens_max);
    due_.back().prompt_tokens = request.prompt_tokens;
    due_.back().answer_tokens = request.answer_tokens;
  }
}

// Jitter does not add up: arrivals stay beside their grid.
Time Arrivals::periodic() {
  const Time late = jitter_ == Time(0) ? Time(0) : Time(random_.below(jitter_.value + 1));
  return start_ + period_ * made_ + late;
}

Time Arrivals::next() const {
  if (exhausted()) return units::never();
  if (is_listed(kind_)) return due_.empty() ? units::never() : due_.front().at;
  return next_;
}

traces::TracedRequest Arrivals::request() const {
  if (is_listed(kind_)) return due_.front();
  return request_at(next_);
}

void Arrivals::advance() {
  ++made_;
  if (is_listed(kind_))
    due_.pop_front();
  else if (kind_ == Arrival::periodic)
    next_ = periodic();
  else
    next_ += units::exponential(random_, period_);
}

void Arrivals::completed(Time at) {
  if (kind_ == Arrival::closed_loop) due_.push_back(request_at(at));
}

void Arrivals::follow(Time at) {
  if (random_.below(config::certain) < probability_ && !exhausted()) due_.push_back(request_at(at + delay_));
}

}  // namespace takt::platform
