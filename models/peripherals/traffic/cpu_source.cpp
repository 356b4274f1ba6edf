#include "models/peripherals/traffic/cpu_source.h"

namespace takt::peripherals {

using units::Time;

namespace {
constexpr std::uint64_t ps_per_ms = 1000000000;
}

CpuSource::CpuSource(const CpuConfig& config, std::uint64_t seed)
    : config_(config), lines_(config.working_set_bytes / config.line_bytes), random_(seed) {}

Time CpuSource::due(Time now) {
  if (evicts_) return writes_in_flight_ == most_in_flight ? units::never() : now;
  return misses_in_flight_ == config_.outstanding ? units::never() : reached_;
}

Access CpuSource::take(Time now) {
  Access access;
  access.bytes = config_.line_bytes;
  access.write = evicts_;
  if (evicts_) {
    evicts_ = false;
    access.address = random_.below(lines_) * config_.line_bytes;
    ++evictions_;
    ++writes_in_flight_;
    return access;
  }
  access.address = line() * config_.line_bytes;
  evicts_ = random_.below(100) < config_.writes_percent;
  ++misses_;
  ++misses_in_flight_;
  stalled_ += now - reached_;
  reached_ = now + units::exponential(random_, Time(ps_per_ms / config_.misses_per_ms));
  return access;
}

std::uint64_t CpuSource::line() {
  if (random_.below(100) >= config_.streaming_percent) return random_.below(lines_);
  stream_ = (stream_ + 1) % lines_;
  return stream_;
}

void CpuSource::landed(const Access& access, Time) { --(access.write ? writes_in_flight_ : misses_in_flight_); }

void CpuSource::report(std::vector<Figure>& figures) const {
  figures.insert(figures.end(), {{"misses", "misses_per_s", Figure::count, false, misses_},
                                 {"evictions", "", Figure::count, false, evictions_},
                                 {"stalled", "", Figure::time, false, stalled_.value}});
}

}  // namespace takt::peripherals
