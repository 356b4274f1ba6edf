#include "sim/platform/arrivals.h"

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
  if (kind_ == Arrival::closed_loop) due_.assign(stream.concurrency, start_);
  for (const traces::TracedRequest& request : trace)
    if (random_.below(stream.trace_one_of) == 0) due_.push_back(start_ + request.at);
}

// Jitter does not add up: arrivals stay beside their grid.
Time Arrivals::periodic() {
  const Time late = jitter_ == Time(0) ? Time(0) : Time(random_.below(jitter_.value + 1));
  return start_ + period_ * made_ + late;
}

Time Arrivals::next() const {
  if (exhausted()) return units::never();
  if (is_listed(kind_)) return due_.empty() ? units::never() : due_.front();
  return next_;
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
  if (kind_ == Arrival::closed_loop) due_.push_back(at);
}

void Arrivals::follow(Time at) {
  if (random_.below(config::certain) < probability_ && !exhausted()) due_.push_back(at + delay_);
}

}  // namespace takt::platform
