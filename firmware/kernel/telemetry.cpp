#include "firmware/kernel/telemetry.h"

namespace takt::firmware {

void RecordRing::open(Hal& hal, DeviceAddr area, uint32_t bytes, uint32_t magic, uint32_t record_bytes, bool go_on) {
  area_ = area;
  written_ = next_ = 0;
  if (!is_open()) return;
  record_bytes_ = record_bytes;
  entries_ = (bytes - static_cast<uint32_t>(sizeof(takt_telemetry_header))) / record_bytes;
  takt_telemetry_header header = {};
  if (go_on) {
    hal.load(area, &header, sizeof(header));
    written_ = header.written;
    next_ = static_cast<uint32_t>(written_ % entries_);
    return;
  }
  header.magic = magic;
  header.record_bytes = record_bytes;
  header.entries = entries_;
  hal.store(area, &header, sizeof(header));
}

void RecordRing::push(Hal& hal, const void* record) {
  hal.cost(CostPoint::Telemetry);
  hal.store(area_ + (sizeof(takt_telemetry_header) + static_cast<uint64_t>(next_) * record_bytes_), record,
            record_bytes_);
  hal.fence();
  ++written_;
  next_ = next_ + 1 == entries_ ? 0 : next_ + 1;
  hal.store(area_ + offsetof(takt_telemetry_header, written), &written_, sizeof(written_));
}

void Telemetry::set_log(DeviceAddr area, uint32_t bytes) {
  log_.open(hal_, area, bytes, TAKT_LOG_MAGIC, sizeof(takt_log_record), goes_on_);
}

void Telemetry::log(LogEvent event, uint32_t queue, uint64_t job, uint64_t now) {
  if (!log_.is_open()) return;
  const takt_log_record record = {now, job, static_cast<uint32_t>(event), queue, 0};
  log_.push(hal_, &record);
}

void Telemetry::set_metrics(DeviceAddr area, uint32_t bytes, uint64_t period, uint64_t now) {
  metrics_.open(hal_, area, bytes, TAKT_METRIC_MAGIC, sizeof(takt_metric_sample), goes_on_);
  period_ = period;
  next_sample_ = metrics_.is_open() ? now + period : kNever;
}

// A sample that comes late is not followed by those missed.
void Telemetry::sample(const takt_metric_sample& sample) {
  metrics_.push(hal_, &sample);
  while (next_sample_ <= sample.ticks) next_sample_ += period_;
}

}  // namespace takt::firmware
