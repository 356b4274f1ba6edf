// The NPU's clock and voltage, without SystemC: operating points, what a change of them takes, and sleep.
//
// A change to a faster point raises the voltage first; then the clock stands still while its generator settles. A
// change to a slower one lets the clock settle first; the voltage follows. While it stands still no work starts or
// ends. One change is under way at a time; what was asked for last follows it. Engines without work are clock-gated at
// once: an idle NPU spends nothing but its leakage. Sleep lowers that and takes a time to leave.
#pragma once

#include <array>
#include <deque>
#include <functional>

#include "firmware/abi/registers.h"
#include "models/npu/config.h"
#include "models/units/clock.h"

namespace takt::npu {

// What the NPU's supply rail gives.
struct Supply {
  std::uint32_t millivolts = 0;
  std::uint32_t leakage_permille = 1000;  // of the leakage at that voltage
};

// Where the time goes.
struct Residency {
  std::array<units::Time, TAKT_NPU_MAX_LEVELS> level{};  // awake, by level; the clock at rest included
  units::Time stopped;                                   // of that, while the clock changed
  units::Time retention, off;                            // their entries and exits counted as awake
  std::uint64_t changes = 0;                             // of the level
};

class PowerDomain {
 public:
  // Awake at level 0. Both outlive the domain.
  PowerDomain(const Config& config, units::ClockDomain& clock) : config_(config), clock_(clock) {}

  // Told of every change from then on, when it happens.
  void on_supply(std::function<void(Supply, units::Time)> listener) { listener_ = std::move(listener); }

  std::uint32_t levels() const { return static_cast<std::uint32_t>(config_.power.points.size()) + 1; }
  std::uint64_t clock_hz(std::uint32_t level) const {
    return level == 0 ? config_.clock_hz : config_.power.points[level - 1].clock_hz;
  }
  // In force: those of the clock, or of its next edge while it stands still.
  std::uint32_t level() const { return level_; }
  // As asked for last.
  std::uint32_t wanted_level() const { return wanted_level_; }
  std::uint32_t state() const { return state_; }  // a takt_npu_power_state
  // Above 0 and below levels().
  void set_level(std::uint32_t level, units::Time now);
  // A takt_npu_power_state. Nobody may have work for the NPU unless it is ON.
  void set_state(std::uint32_t state, units::Time now);

  // Does what is due.
  void advance(units::Time now);
  // Up to `now`, which is not before the last advance.
  Residency residency(units::Time now) const;
  units::Time next_time() const { return steps_.empty() ? units::never() : steps_.front().at; }

 private:
  enum class Kind : std::uint8_t { stop_clock, start_clock, voltage, state };
  struct Step {
    units::Time at;
    Kind kind;
    std::uint32_t value;
  };

  std::uint32_t millivolts(std::uint32_t level) const {
    return level == 0 ? config_.power.voltage_mv : config_.power.points[level - 1].voltage_mv;
  }
  bool plan(units::Time now);
  void plan_level(units::Time now);
  void take(const Step& step);
  void tell(units::Time at) const;
  void count(units::Time until);

  const Config& config_;
  units::ClockDomain& clock_;
  std::function<void(Supply, units::Time)> listener_;
  std::uint32_t level_ = 0, wanted_level_ = 0;
  std::uint32_t voltage_level_ = 0;
  std::uint32_t state_ = TAKT_NPU_ON, wanted_state_ = TAKT_NPU_ON;
  std::deque<Step> steps_;  // of the change under way
  Residency residency_;     // until counted_
  units::Time counted_;
};

}  // namespace takt::npu
