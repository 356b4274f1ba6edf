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
}  // namespace

Arrivals::Arrivals(const config::StreamConfig& stream, std::uint64_t seed)
    : kind_(stream.arrival),
      start_(units::microseconds(stream.start_us)),
      period_(period_of(stream)),
      requests_(stream.requests),
      random_(seed),
      next_(start_) {
  if (kind_ == Arrival::poisson) next_ = start_ + units::exponential(random_, period_);
  if (kind_ == Arrival::closed_loop) due_.assign(stream.concurrency, start_);
}

Time Arrivals::next() const {
  if (exhausted()) return units::never();
  if (kind_ == Arrival::closed_loop) return due_.empty() ? units::never() : due_.front();
  return next_;
}

void Arrivals::advance() {
  ++made_;
  if (kind_ == Arrival::closed_loop)
    due_.pop_front();
  else if (kind_ == Arrival::periodic)
    next_ = start_ + period_ * made_;
  else
    next_ += units::exponential(random_, period_);
}

void Arrivals::completed(Time at) {
  if (kind_ == Arrival::closed_loop) due_.push_back(at);
}

}  // namespace takt::platform
