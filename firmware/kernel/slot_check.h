#pragma once

#include <stdint.h>

#include "firmware/abi/power.h"
#include "firmware/abi/ring.h"
#include "firmware/abi/scheduling.h"
#include "firmware/abi/service.h"

namespace takt::firmware {

// OK or BAD_SLOT: type known and allowed (`control`: control requests, else jobs), reserved fields zero, fence
// addresses aligned, values in their ranges. Control slots are passed as the bytes they are.
uint32_t check_slot(bool control, const takt_job_slot& slot);

// The same 64 bytes as the control request that their type names.
takt_create_queue_slot as_create_queue(const takt_job_slot& slot);
takt_register_program_slot as_register_program(const takt_job_slot& slot);
takt_set_bandwidth_slot as_set_bandwidth(const takt_job_slot& slot);
takt_queue_slot as_queue(const takt_job_slot& slot);
takt_service_slot as_service(const takt_job_slot& slot);
takt_band_slot as_band(const takt_job_slot& slot);
takt_governor_slot as_governor(const takt_job_slot& slot);
takt_scheduling_slot as_scheduling(const takt_job_slot& slot);

}  // namespace takt::firmware
