#include "sim/platform/sampler.h"

namespace takt::platform {

using base::now;
using units::Time;

Sampler::Sampler(const sc_core::sc_module_name& name, Soc& soc, base::TimelineSink* timeline)
    : sc_module(name), soc_(soc), timeline_(timeline), last_memory_bytes_(soc.memories.size()), next_("next") {
  SC_METHOD(sample);
  sensitive << next_;
  dont_initialize();
  if (timeline_ == nullptr) return;
  power_track_ = timeline_->counter_track("power", "SoC power", "mW");
  for (const auto& memory : soc_.memories)
    memory_tracks_.push_back(
        timeline_->counter_track("memory", std::string(memory->basename()) + " bandwidth", "GB/s"));
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

std::uint64_t Sampler::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& memory : soc_.memories)
    sum += memory->statistics().total.bytes_read + memory->statistics().total.bytes_written;
  return sum;
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
  const std::uint64_t total = bytes();
  const Time length = at - last_;
  if (inside_ && length == span) {
    if (!peak_bytes_ || total - last_bytes_ > peak_bytes_->bytes) peak_bytes_ = PeakBytes{span, total - last_bytes_};
    if (!peak_energy_ || energy - last_energy_ > peak_energy_->energy)
      peak_energy_ = PeakEnergy{span, energy - last_energy_};
  }
  if (timeline_ != nullptr && length > Time(0)) {
    // 1 aJ / 1 ps = 1 uW; 1 byte / 1 ps = 1000 GB/s.
    timeline_->counter(power_track_, at,
                       static_cast<double>(energy - last_energy_) / static_cast<double>(length.value) / 1000);
    for (std::size_t m = 0; m < soc_.memories.size(); ++m) {
      const auto& traffic = soc_.memories[m]->statistics().total;
      const std::uint64_t moved = traffic.bytes_read + traffic.bytes_written;
      timeline_->counter(memory_tracks_[m], at,
                         static_cast<double>(moved - last_memory_bytes_[m]) * 1000 / static_cast<double>(length.value));
      last_memory_bytes_[m] = moved;
    }
  }
  last_ = at;
  last_bytes_ = total;
  last_energy_ = energy;
}

}  // namespace takt::platform
