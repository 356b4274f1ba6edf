#include "models/peripherals/traffic/constant_source.h"

namespace takt::peripherals {

using units::Time;

ConstantSource::ConstantSource(const ConstantConfig& config, std::uint64_t seed)
    : config_(config), rate_(config.bytes_per_second), random_(seed) {}

Time ConstantSource::due(Time now) {
  while (in_flight_ >= most_in_flight && time_of(count_) <= now) {
    ++misses_.skipped;
    ++count_;
  }
  return time_of(count_);
}

Access ConstantSource::take(Time now) {
  const std::uint64_t slots = config_.working_set_bytes / config_.bytes_per_access;
  Access access;
  access.address = (config_.random ? random_.below(slots) : count_ % slots) * config_.bytes_per_access;
  access.bytes = config_.bytes_per_access;
  access.write = random_.below(100) < config_.writes_percent;
  access.tag = now.value;
  ++count_;
  ++in_flight_;
  return access;
}

void ConstantSource::landed(const Access& access, Time at) {
  --in_flight_;
  if (config_.buffer_ns != 0 && at - Time(access.tag) > units::nanoseconds(config_.buffer_ns)) ++misses_.missed;
}

}  // namespace takt::peripherals
