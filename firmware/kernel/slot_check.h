#pragma once

#include <stdint.h>

#include "firmware/abi/ring.h"

namespace takt::firmware {

// OK or BAD_SLOT: type known and allowed in `queue` (control requests in queue 0, jobs elsewhere), reserved fields
// zero, fence addresses aligned, a bandwidth limit's values in their ranges. Control slots are passed as the bytes they
// are.
uint32_t check_slot(uint32_t queue, const takt_job_slot& slot);

// The same 64 bytes as the control request that their type names.
takt_create_queue_slot as_create_queue(const takt_job_slot& slot);
takt_register_program_slot as_register_program(const takt_job_slot& slot);
takt_set_bandwidth_slot as_set_bandwidth(const takt_job_slot& slot);
takt_queue_slot as_queue(const takt_job_slot& slot);

}  // namespace takt::firmware
