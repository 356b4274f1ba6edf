// The power switches of the two kinds of cores (Config::idle_off_us), without SystemC. A kind that no job has or wants
// for that long loses its power at once; the job that wants it next waits Power::off_exit_ns, and it leaks meanwhile.
#pragma once

#include <array>
#include <functional>

#include "models/npu/config.h"
#include "models/units/quantity.h"

namespace takt::npu {

class CoreSwitches {
 public:
  // Both kinds have power. `config` outlives the switches.
  explicit CoreSwitches(const Config& config) : config_(config) {}

  // Told of every change from then on, when it happens: whether the small cores, or the first ones, have power.
  void on_switch(std::function<void(bool small, bool on, units::Time)> listener) { listener_ = std::move(listener); }

  // Whether a job has cores of a kind, or wants them.
  void set_wanted(bool small, bool wanted, units::Time now);
  // Of a kind that is wanted.
  bool ready(bool small, units::Time now) const { return kinds_[small].ready <= now; }

  // Does what is due.
  void advance(units::Time now);
  units::Time next_time() const;
  // Without power, up to `now`, which is not before the last advance.
  units::Time off(bool small, units::Time now) const;

 private:
  struct Kind {
    bool wanted = false, on = true;
    units::Time since;  // not wanted, or off
    units::Time ready;  // its power is back
    units::Time off;    // before `since`
  };

  bool switches() const { return config_.small_cores != 0 && config_.idle_off_us != 0; }
  units::Time due(const Kind& kind) const { return kind.since + units::microseconds(config_.idle_off_us); }
  void turn(bool small, bool on, units::Time at);

  const Config& config_;
  std::function<void(bool, bool, units::Time)> listener_;
  std::array<Kind, 2> kinds_;
  units::Time now_;
};

}  // namespace takt::npu
