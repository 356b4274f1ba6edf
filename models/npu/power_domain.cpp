#include "models/npu/power_domain.h"

namespace takt::npu {

using units::nanoseconds;
using units::Time;

void PowerDomain::set_level(std::uint32_t level, Time now) {
  wanted_level_ = level;
  advance(now);
}

void PowerDomain::set_state(std::uint32_t state, Time now) {
  wanted_state_ = state;
  advance(now);
}

void PowerDomain::advance(Time now) {
  for (;;) {
    while (!steps_.empty() && steps_.front().at <= now) {
      const Step step = steps_.front();
      steps_.pop_front();
      take(step);
    }
    if (!steps_.empty() || !plan(now)) return;
  }
}

// Whether there is anything to do. Levels change while awake: a sleeping NPU has no clock.
bool PowerDomain::plan(Time now) {
  const Power& power = config_.power;
  if (state_ == TAKT_NPU_ON && wanted_state_ != TAKT_NPU_ON) {
    steps_.push_back({now, Kind::stop_clock, 0});
    const std::uint64_t entry = wanted_state_ == TAKT_NPU_OFF ? power.off_entry_ns : power.retention_entry_ns;
    steps_.push_back({now + nanoseconds(entry), Kind::state, wanted_state_});
  } else if (state_ != TAKT_NPU_ON && wanted_state_ != state_) {  // from one sleep to another through the day
    const std::uint64_t exit = state_ == TAKT_NPU_OFF ? power.off_exit_ns : power.retention_exit_ns;
    steps_.push_back({now, Kind::voltage, wanted_level_});
    steps_.push_back({now, Kind::state, TAKT_NPU_ON});
    steps_.push_back({now + nanoseconds(exit), Kind::start_clock, wanted_level_});
  } else if (state_ == TAKT_NPU_ON && wanted_level_ != level_) {
    plan_level(now);
  } else {
    return false;
  }
  return true;
}

void PowerDomain::plan_level(Time now) {
  const Power& power = config_.power;
  const std::uint32_t before = millivolts(level_), after = millivolts(wanted_level_);
  const auto ramp = [&](std::uint32_t millivolts, std::uint32_t per_us) {
    return millivolts == 0 ? Time(0) : nanoseconds(power.ramp_ns + std::uint64_t{millivolts} * 1000 / per_us);
  };
  const bool up = after > before;
  const Time stop = up ? now + ramp(after - before, power.ramp_up_mv_per_us) : now;
  const Time start = stop + nanoseconds(power.relock_ns);
  if (up) steps_.push_back({now, Kind::voltage, wanted_level_});
  steps_.push_back({stop, Kind::stop_clock, 0});
  steps_.push_back({start, Kind::start_clock, wanted_level_});
  if (!up) steps_.push_back({start + ramp(before - after, power.ramp_down_mv_per_us), Kind::voltage, wanted_level_});
}

Residency PowerDomain::residency(Time now) const {
  PowerDomain upto = *this;
  upto.count(now);
  return upto.residency_;
}

void PowerDomain::count(Time until) {
  const Time span = until - counted_;
  counted_ = until;
  if (state_ == TAKT_NPU_RETENTION) {
    residency_.retention += span;
  } else if (state_ == TAKT_NPU_OFF) {
    residency_.off += span;
  } else {
    residency_.level[level_] += span;
    if (clock_.stopped()) residency_.stopped += span;
  }
}

void PowerDomain::take(const Step& step) {
  count(step.at);
  switch (step.kind) {
    case Kind::stop_clock:
      clock_.stop(step.at);
      break;
    case Kind::start_clock:
      if (level_ != step.value) ++residency_.changes;
      level_ = step.value;
      clock_.start(step.at, clock_hz(level_));
      break;
    case Kind::voltage:
      voltage_level_ = step.value;
      tell(step.at);
      break;
    case Kind::state:
      state_ = step.value;
      tell(step.at);
      break;
  }
}

void PowerDomain::tell(Time at) const {
  if (!listener_) return;
  const std::uint32_t permille = state_ == TAKT_NPU_ON          ? 1000
                                 : state_ == TAKT_NPU_RETENTION ? config_.power.retention_permille
                                                                : 0;
  listener_({millivolts(voltage_level_), permille}, at);
}

}  // namespace takt::npu
