#include "firmware/kernel/governor.h"

namespace takt::firmware {
namespace {

uint64_t slowed(uint64_t ticks, uint32_t slowdown) {
  return ticks / kSlowdownOne * slowdown + ticks % kSlowdownOne * slowdown / kSlowdownOne;
}

// By deadline, those without one last; few of them, so by insertion.
void sort_by_deadline(GovernedJob* jobs, uint32_t count) {
  for (uint32_t i = 1; i < count; ++i) {
    const GovernedJob job = jobs[i];
    uint32_t at = i;
    for (; at != 0 && jobs[at - 1].deadline_ticks - 1 > job.deadline_ticks - 1; --at) jobs[at] = jobs[at - 1];
    jobs[at] = job;
  }
}

}  // namespace

void Governor::set(uint32_t kind, uint32_t fixed_level, uint32_t margin_percent, uint32_t slowdown_percent,
                   uint64_t least_ticks) {
  kind_ = kind;
  fixed_level_ = fixed_level;
  margin_percent_ = margin_percent;
  most_slowdown_ = kSlowdownOne + kSlowdownOne * slowdown_percent / 100;
  least_ticks_ = least_ticks;
}

uint32_t Governor::choose(uint64_t now, GovernedJob* jobs, uint32_t running, uint32_t count, uint32_t level,
                          uint32_t levels) const {
  const uint32_t level_wanted = wanted(now, jobs, running, count, level, levels);
  const uint32_t chosen = level_wanted < least_level_ ? least_level_ : level_wanted;
  return chosen < levels ? chosen : levels - 1;
}

uint32_t Governor::wanted(uint64_t now, GovernedJob* jobs, uint32_t running, uint32_t count, uint32_t level,
                          uint32_t levels) const {
  if (kind_ == TAKT_GOVERNOR_FIXED) return fixed_level_;
  if (kind_ == TAKT_GOVERNOR_RACE) return running != 0 ? 0 : levels - 1;
  if (running == 0) return level;
  const uint32_t unhurried = slowest_unhurried(jobs, running, levels);
  if (kind_ == TAKT_GOVERNOR_BANDWIDTH) return unhurried;
  uint64_t longest = 0;
  bool none_without = true;
  for (uint32_t i = 0; i < running; ++i) {
    if (jobs[i].remaining_ticks > longest) longest = jobs[i].remaining_ticks;
    if (jobs[i].deadline_ticks == 0) none_without = false;
  }
  const uint32_t in_time = slowest_in_time(now, jobs, count, levels);
  const uint32_t slowest = none_without || in_time < unhurried ? in_time : unhurried;
  // A change down costs a stop of the clock: what is over soon is not worth it.
  return slowest > level && longest < least_ticks_ ? level : slowest;
}

// At which every running job takes little more than at level 0, because memory limits it.
uint32_t Governor::slowest_unhurried(const GovernedJob* jobs, uint32_t running, uint32_t levels) const {
  for (uint32_t level = levels - 1; level != 0; --level) {
    bool good = true;
    for (uint32_t i = 0; i < running; ++i) good = good && jobs[i].slowdown->at[level] <= most_slowdown_;
    if (good) return level;
  }
  return 0;
}

// At which all jobs with deadlines, one after the other by them, end before them with a margin.
uint32_t Governor::slowest_in_time(uint64_t now, GovernedJob* jobs, uint32_t count, uint32_t levels) const {
  sort_by_deadline(jobs, count);
  for (uint32_t level = levels - 1; level != 0; --level) {
    uint64_t work = 0;
    bool good = true;
    for (uint32_t i = 0; i < count && jobs[i].deadline_ticks != 0 && good; ++i) {
      work += slowed(jobs[i].remaining_ticks, jobs[i].slowdown->at[level]);
      const uint64_t needed = work + work * margin_percent_ / 100;
      good = jobs[i].deadline_ticks > now && needed <= jobs[i].deadline_ticks - now;
    }
    if (good) return level;
  }
  return 0;
}

}  // namespace takt::firmware
