#include "sim/platform/sampler.h"

namespace takt::platform {

using base::now;
using units::Time;

Sampler::Sampler(const sc_core::sc_module_name& name, Soc& soc, const TrafficMeter& meter)
    : sc_module(name), soc_(soc), meter_(meter), next_("next") {
  SC_METHOD(sample);
  sensitive << next_;
  dont_initialize();
}

void Sampler::at_window(Hook begin, Hook end, Hook every_span) {
  begin_ = std::move(begin);
  end_ = std::move(end);
  every_span_ = std::move(every_span);
}

void Sampler::set_window(Time begin, Time end) {
  window_ = {begin, end};
  last_ = now();
  next_.notify(sc_core::SC_ZERO_TIME);
}

void Sampler::sample() {
  const Time at = now();
  if (before_) before_();
  soc_.settle();
  measure(at);
  if (!inside_ && !ended_ && at >= window_.begin) {
    inside_ = true;
    begin_();
  }
  if (inside_ && at >= window_.end) {
    inside_ = false;
    ended_ = true;
    end_();
  }
  every_span_();
  Time next = at + span;
  for (const Time edge : {window_.begin, window_.end})
    if (edge > at) next = units::min(next, edge);
  base::notify_at(next_, next);
}

void Sampler::measure(Time at) {
  const Attojoules energy = soc_.power.total(at);
  const std::uint64_t total = meter_.memory_bytes();
  const Time length = at - last_;
  if (inside_ && length == span) {
    if (!peak_bytes_ || total - last_bytes_ > peak_bytes_->bytes) peak_bytes_ = PeakBytes{span, total - last_bytes_};
    if (!peak_energy_ || energy - last_energy_ > peak_energy_->energy)
      peak_energy_ = PeakEnergy{span, energy - last_energy_};
  }
  last_ = at;
  last_bytes_ = total;
  last_energy_ = energy;
}

}  // namespace takt::platform
