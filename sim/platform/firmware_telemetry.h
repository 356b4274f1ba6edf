// What the firmware tells of itself (firmware/abi/service.h): samples of its metric streamer, its state when asked.
#pragma once

#include "firmware/abi/service.h"
#include "models/units/clock.h"
#include "sim/platform/driver.h"
#include "sim/platform/run_record.h"
#include "sim/platform/soc.h"

namespace takt::platform {

// The ring of samples, read when the firmware boots again and at the run's end. Without time.
class FirmwareMetrics {
 public:
  FirmwareMetrics(const Workload& workload, Soc& soc, units::Clock timer);

  // The firmware is about to boot again. Cold: it makes the ring anew.
  void boot(bool warm);
  // Samples since the last call. False: what lies there is no ring of samples.
  bool read();
  const FirmwareMetricsRecord& record() const { return record_; }

 private:
  const Workload& workload_;
  Soc& soc_;
  const units::Clock timer_;
  FirmwareMetricsRecord record_;
  std::uint64_t read_ = 0;  // of the ring's samples
  std::uint32_t boot_ = 1;
};

// What DUMP_STATE has left in `area`. Nothing where that is no dump.
std::optional<FirmwareStateRecord> firmware_state(const std::vector<std::uint8_t>& area, const RequestDriver& driver,
                                                  units::Clock timer);

}  // namespace takt::platform
