#pragma once

#include <stdint.h>

#include "firmware/abi/service.h"
#include "firmware/base/device_addr.h"
#include "firmware/base/log_event.h"
#include "firmware/kernel/timer.h"
#include "hal.h"

namespace takt::firmware {

// Records behind a takt_telemetry_header in the driver's memory; the oldest is overwritten.
class RecordRing {
 public:
  // Writes the header, or goes on behind the records that are there. `bytes` hold it and a record at least; address 0:
  // closed.
  void open(Hal& hal, DeviceAddr area, uint32_t bytes, uint32_t magic, uint32_t record_bytes, bool go_on);
  bool is_open() const { return area_.value != 0; }
  void push(Hal& hal, const void* record);

 private:
  DeviceAddr area_;
  uint32_t record_bytes_ = 0;
  uint32_t entries_ = 0;
  uint32_t next_ = 0;  // written_ % entries_
  uint64_t written_ = 0;
};

// What the driver asked to be told besides completions: the scheduling log, counters by the clock.
class Telemetry {
 public:
  explicit Telemetry(Hal& hal) : hal_(hal) {}

  // Of areas set from now on: whether records are there already.
  void go_on(bool on) { goes_on_ = on; }

  void set_log(DeviceAddr area, uint32_t bytes);
  void log(LogEvent event, uint32_t queue, uint64_t job, uint64_t now);

  // A sample each `period` ticks from `now` on.
  void set_metrics(DeviceAddr area, uint32_t bytes, uint64_t period, uint64_t now);
  uint64_t next_sample() const { return next_sample_; }
  // Called when next_sample() is reached.
  void sample(const takt_metric_sample& sample);

 private:
  Hal& hal_;
  RecordRing log_;
  RecordRing metrics_;
  bool goes_on_ = false;
  uint64_t period_ = 0;
  uint64_t next_sample_ = kNever;
};

}  // namespace takt::firmware
