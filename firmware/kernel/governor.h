#pragma once

#include <stdint.h>

#include "firmware/abi/power.h"
#include "firmware/kernel/policy.h"

namespace takt::firmware {

// Time at a power level by that at level 0, in 1/kSlowdownOne: by the memory share of a job's work less than the
// clocks' ratio.
inline constexpr uint32_t kSlowdownOne = 4096;
struct Slowdown {
  uint16_t at[TAKT_NPU_MAX_LEVELS] = {};
};

// A job as the governor sees it: remaining_ticks at level 0.
struct GovernedJob {
  uint64_t remaining_ticks = 0;
  uint64_t deadline_ticks = 0;  // 0: none
  const Slowdown* slowdown = nullptr;
};

// Which power level (firmware/abi/power.h) the NPU should have. Integer arithmetic, no state beside its options and
// what limits it.
class Governor {
 public:
  void set(uint32_t kind, uint32_t fixed_level, uint32_t margin_percent, uint32_t slowdown_percent,
           uint64_t least_ticks);
  // TAKT_GOVERNOR_FIXED from now on.
  void fix(uint32_t level) { kind_ = TAKT_GOVERNOR_FIXED, fixed_level_ = level; }
  // No level below it is chosen.
  void limit(uint32_t least_level) { least_level_ = least_level; }
  // Whether it looks at jobs at all.
  bool looks() const { return kind_ == TAKT_GOVERNOR_DEADLINE || kind_ == TAKT_GOVERNOR_BANDWIDTH; }

  // `jobs`: the `running` ones first, then those that wait. Sorts them. `level`: the present one.
  uint32_t choose(uint64_t now, GovernedJob* jobs, uint32_t running, uint32_t count, uint32_t level,
                  uint32_t levels) const;

 private:
  uint32_t wanted(uint64_t now, GovernedJob* jobs, uint32_t running, uint32_t count, uint32_t level,
                  uint32_t levels) const;
  uint32_t slowest_unhurried(const GovernedJob* jobs, uint32_t running, uint32_t levels) const;
  uint32_t slowest_in_time(uint64_t now, GovernedJob* jobs, uint32_t count, uint32_t levels) const;

  uint32_t kind_ = TAKT_GOVERNOR_FIXED;
  uint32_t fixed_level_ = 0;
  uint32_t least_level_ = 0;
  uint32_t margin_percent_ = 0;
  uint32_t most_slowdown_ = kSlowdownOne;
  uint64_t least_ticks_ = 0;
};

// Level by level down while a sensor is hot, and up again once it is not: one level each time it is sampled.
class Throttle {
 public:
  // `sampled`, `hot`: a bit per sensor.
  void note(uint32_t sampled, uint32_t hot, uint32_t levels) {
    for (uint32_t s = 0; s < TAKT_SENSORS; ++s) {
      if ((sampled >> s & 1) == 0) continue;
      if ((hot >> s & 1) != 0) {
        if (steps_[s] + 1 < levels) ++steps_[s];
      } else if (steps_[s] != 0) {
        --steps_[s];
      }
    }
  }
  uint32_t level() const {
    uint32_t level = 0;
    for (const uint32_t steps : steps_) level = steps > level ? steps : level;
    return level;
  }

 private:
  uint32_t steps_[TAKT_SENSORS] = {};
};

}  // namespace takt::firmware
