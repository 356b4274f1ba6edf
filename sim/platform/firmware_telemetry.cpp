#include "sim/platform/firmware_telemetry.h"

#include <algorithm>
#include <cstring>

#include "sim/platform/telemetry_ring.h"

namespace takt::platform {

using units::Cycles;

namespace {

// Its times are times of this run: a firmware may write anything.
bool possible(const takt_metric_sample& sample, units::Clock timer) {
  return sample.ticks <= timer.elapsed(base::now()).value && sample.busy_ticks <= sample.ticks;
}

FirmwareSampleRecord record_of(const takt_metric_sample& sample, units::Clock timer) {
  FirmwareSampleRecord record;
  record.at = timer.duration(Cycles(sample.ticks));
  record.busy = timer.duration(Cycles(sample.busy_ticks));
  record.interrupts = sample.interrupts;
  record.slots = sample.slots;
  record.rejected = sample.rejected;
  record.dispatches = sample.dispatches;
  record.jobs_finished = sample.jobs_finished;
  record.preemptions = sample.preemptions;
  record.timeouts = sample.timeouts;
  record.waiting = sample.waiting;
  record.preemption_limited = sample.preemption_limited;
  record.kills = sample.kills;
  record.collateral = sample.collateral;
  return record;
}

}  // namespace

FirmwareMetrics::FirmwareMetrics(const Workload& workload, Soc& soc, units::Clock timer)
    : workload_(workload), soc_(soc), timer_(timer) {}

// What a firmware wrote that is no more is not read a second time, should the next one die before it makes the ring.
void FirmwareMetrics::boot(bool warm) {
  read();
  ++boot_;
  if (warm) return;
  read_ = 0;
  soc_.load(workload_.metrics(), std::vector<std::uint8_t>(sizeof(takt_telemetry_header)));
}

bool FirmwareMetrics::read() {
  const std::vector<std::uint8_t> area = soc_.contents(workload_.metrics(), workload_.metrics_bytes());
  const auto end = area.begin() + sizeof(takt_telemetry_header);
  if (std::all_of(area.begin(), end, [](std::uint8_t byte) { return byte == 0; })) return true;  // not yet made
  const auto ring = read_telemetry<takt_metric_sample>(area, TAKT_METRIC_MAGIC, read_);
  if (!ring) return false;
  record_.written += ring->written - read_;
  record_.lost += ring->lost;
  read_ = ring->written;
  std::uint64_t lost = ring->lost;
  for (const takt_metric_sample& sample : ring->records) {
    if (!possible(sample, timer_)) return false;
    FirmwareSampleRecord record = record_of(sample, timer_);
    record.boot = boot_;
    record.lost = lost;
    lost = 0;
    record_.samples.push_back(record);
  }
  return true;
}

std::optional<FirmwareStateRecord> firmware_state(const std::vector<std::uint8_t>& area, const RequestDriver& driver,
                                                  units::Clock timer) {
  takt_state_dump dump;
  std::memcpy(&dump, area.data(), sizeof dump);
  if (dump.magic != TAKT_DUMP_MAGIC || dump.queues > (area.size() - sizeof dump) / sizeof(takt_queue_state))
    return std::nullopt;
  if (!possible(dump.now, timer)) return std::nullopt;
  FirmwareStateRecord record;
  record.now = record_of(dump.now, timer);
  for (std::uint32_t n = 0; n < dump.queues; ++n) {
    takt_queue_state state;
    std::memcpy(&state, area.data() + sizeof dump + n * sizeof state, sizeof state);
    FirmwareQueueRecord queue;
    queue.queue = state.queue;
    queue.band = state.band;
    queue.context = state.context;
    queue.stopped = (state.flags & TAKT_QUEUE_STOPPED) != 0;
    queue.suspended = (state.flags & TAKT_QUEUE_SUSPENDED) != 0;
    queue.running = (state.flags & TAKT_QUEUE_RUNNING) != 0;
    queue.waiting = state.waiting;
    queue.ring_head = state.ring_head;
    queue.job = state.job_id;
    // A firmware may write any number where a job's belongs.
    if (queue.job != 0 && queue.job < driver.jobs() && queue.queue != TAKT_CONTROL_QUEUE) {
      const JobRef& job = driver.job(queue.job);
      queue.of = FirmwareQueueRecord::Job{job.stream, job.request, job.step};
    }
    record.queues.push_back(queue);
  }
  return record;
}

}  // namespace takt::platform
