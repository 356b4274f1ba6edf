// The NPU's clock and sleep: which level it has, and when it rests.
#include "firmware/kernel/firmware.h"

namespace takt::firmware {

// Which levels there are.
void Firmware::open_power() {
  levels_ = engines_.power_levels();
  if (levels_ > 1) {
    uint32_t clock_khz[TAKT_NPU_MAX_LEVELS];
    for (uint32_t level = 0; level < levels_; ++level) clock_khz[level] = engines_.clock_khz(level);
    programs_.set_levels(clock_khz, levels_);
    interrupts_.enable_sensors();
  }
}

uint32_t Firmware::set_governor(const takt_governor_slot& request) {
  if (request.level >= levels_) return TAKT_STATUS_UNSUPPORTED;
  governor_.set(request.governor, request.level, request.margin_percent, request.slowdown_percent,
                ticks(request.least_us));
  sleep_after_ = ticks(request.suspend_us);
  sleep_state_ = request.suspend_state;
  sleep_at_ = kNever;
  if (running_jobs_ == 0) expect_sleep();
  govern();
  return TAKT_STATUS_OK;
}

// To be called when jobs come to the engines or leave them, and when deadlines of those that wait have changed.
void Firmware::govern() {
  if (levels_ == 1) return;
  uint32_t running = running_jobs_, count = 0;
  if (governor_.looks()) {
    count = running = gather_running();
    for (uint32_t id = 1; id < queues_end_; ++id) {
      const Queue& queue = queues_[id];
      if (queue.open && queue.has_ready_job()) governed_[count++] = governed_job(queue.entries.front());
    }
    hal_.cost(CostPoint::Govern, count);
  }
  const uint32_t level = governor_.choose(now_, governed_, running, count, level_, levels_);
  if (level == level_) return;
  for (uint32_t p = 0; p < partition_count_; ++p) {
    if (!partitions_[p].busy()) continue;
    running_entry(partitions_[p]).run_ticks += work_since(partitions_[p]);
    partitions_[p].running.counted_ticks = now_;
  }
  level_ = level;
  engines_.set_power_level(level);
}

uint32_t Firmware::gather_running() {
  uint32_t count = 0;
  for (uint32_t p = 0; p < partition_count_; ++p) {
    if (!partitions_[p].busy()) continue;
    GovernedJob job = governed_job(running_entry(partitions_[p]));
    const uint64_t work = work_since(partitions_[p]);
    job.remaining_ticks -= work < job.remaining_ticks ? work : job.remaining_ticks;
    governed_[count++] = job;
  }
  return count;
}

GovernedJob Firmware::governed_job(const Entry& job) const {
  return {job.estimated_ticks > job.run_ticks ? job.estimated_ticks - job.run_ticks : 0, job.slot.deadline_ticks,
          &job.program->slowdown};
}

void Firmware::note_heat(uint32_t sensors) {
  if (sensors == 0) return;
  throttle_.note(sensors, hal_.read(TAKT_THERMAL_BASE + TAKT_THERMAL_HOT), levels_);
  hal_.write(TAKT_THERMAL_BASE + TAKT_THERMAL_KEEP, throttle_.level() != 0 ? 1 : 0);
  governor_.limit(throttle_.level());
  govern();
}

void Firmware::expect_sleep() {
  if (sleep_after_ != 0) sleep_at_ = now_ + sleep_after_;
}

void Firmware::rest() {
  if (now_ < sleep_at_) return;
  sleep_at_ = kNever;
  engines_.sleep(sleep_state_);
}

}  // namespace takt::firmware
