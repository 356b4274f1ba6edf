#include "models/noc/regulator.h"

#include "models/units/clock.h"

namespace takt::noc {

Regulator::Level Regulator::level_of(std::uint64_t bytes) { return Level{bytes} * units::picoseconds_per_second; }

void Regulator::set(const Regulation& regulation, units::Time now) {
  const bool was_enabled = enabled();
  fill(now);
  regulation_ = regulation;
  if (was_enabled) {
    cap();
  } else {
    level_ = level_of(regulation.burst_bytes);
  }
}

std::uint64_t Regulator::largest_piece(std::uint64_t limit) const {
  while (limit > regulation_.burst_bytes) limit /= 2;
  return limit;
}

units::Time Regulator::ready(std::uint64_t bytes) const {
  const Level wanted = level_of(bytes);
  if (level_ >= wanted) return filled_;
  if (regulation_.bytes_per_s == 0) return units::never();
  const Level missing = wanted - level_;
  return filled_ +
         units::Time(static_cast<std::uint64_t>((missing + regulation_.bytes_per_s - 1) / regulation_.bytes_per_s));
}

void Regulator::take(std::uint64_t bytes, units::Time now) {
  if (!enabled()) return;
  fill(now);
  level_ -= level_of(bytes);
}

void Regulator::fill(units::Time now) {
  level_ += Level{(now - filled_).value} * regulation_.bytes_per_s;
  filled_ = now;
  cap();
}

// What ran over within the latest picosecond stays: a piece that waits for a full bucket goes at the next whole
// picosecond, and the rate would drift by the rest.
void Regulator::cap() {
  const Level full = level_of(regulation_.burst_bytes);
  if (level_ > full && level_ - full >= regulation_.bytes_per_s) level_ = full;
}

}  // namespace takt::noc
