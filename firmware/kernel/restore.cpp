// Warm boot (firmware/abi/boot.h): this object is new, the hardware around it is not.
#include "firmware/abi/registers.h"
#include "firmware/abi/status.h"
#include "firmware/kernel/firmware.h"

namespace takt::firmware {

// Serves what is in the journal once more. False: there is none to rely on, or something does not come out as before.
bool Firmware::restore() {
  if (!journal_.whole() || !engines_.reset(info_.hardware_queues)) return false;
  engines_.forget_windows();
  if (levels_ > 1) engines_.set_power_level(level_);
  for (uint32_t p = 0; p < partition_count_ && partition_count_ > 1; ++p)
    bandwidth_.limit_cores(info_.npu_ports, partitions_[p].first_core, partitions_[p].cores, 0);
  telemetry_.go_on(true);
  for (uint32_t i = 0; i < journal_.size(); ++i) {
    hal_.write(TAKT_WATCHDOG_BASE + TAKT_WATCHDOG_KICK, 1);
    now_ = timer_.now();
    Entry request;
    request.slot = journal_.at(i);
    if (!serve_control_request(&request) || request.status != TAKT_STATUS_OK) return false;
  }
  telemetry_.go_on(false);
  log(LogEvent::Restored, TAKT_CONTROL_QUEUE, 0);
  return true;
}

}  // namespace takt::firmware
