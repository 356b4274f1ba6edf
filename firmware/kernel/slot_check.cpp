#include "firmware/kernel/slot_check.h"

#include <string.h>

#include "firmware/abi/boot.h"
#include "firmware/abi/noc_registers.h"
#include "firmware/abi/status.h"

namespace takt::firmware {
namespace {

constexpr uint64_t kFenceAlignment = 8;  // a fence is one 64-bit word

bool good_fence(const takt_job_slot& slot) {
  return slot.fence_address != 0 && slot.fence_address % kFenceAlignment == 0 && slot.tokens == 0 && slot.reserved == 0;
}

bool good_create_queue(const takt_create_queue_slot& slot) {
  return slot.band <= TAKT_BAND_REALTIME && slot.partition < TAKT_MAX_PARTITIONS &&
         slot.windows % kFenceAlignment == 0 && slot.save_area % kFenceAlignment == 0 &&
         slot.save_area_bytes <= ~0ull - slot.save_area;
}

bool good_register_program(const takt_register_program_slot& slot) {
  uint64_t bits = slot.reserved0;
  for (uint64_t word : slot.reserved1) bits |= word;
  return bits == 0;
}

// Rate 0 would stop the port for ever, possibly the one that carries the request to lift it.
bool good_set_bandwidth(const takt_set_bandwidth_slot& slot) {
  uint64_t bits = slot.reserved0;
  for (uint64_t word : slot.reserved1) bits |= word;
  if (bits != 0 || (slot.control & ~TAKT_NOC_CONTROL_MASK) != 0) return false;
  if ((slot.control & TAKT_NOC_QOS_OVERRIDE) == 0 && (slot.control & TAKT_NOC_QOS_MASK) != 0) return false;
  if ((slot.control & TAKT_NOC_ENABLE) == 0) return slot.bytes_per_s == 0 && slot.burst_bytes == 0;
  return slot.bytes_per_s != 0 && slot.bytes_per_s <= TAKT_NOC_RATE_MAX && slot.burst_bytes >= TAKT_NOC_BURST_MIN;
}

bool good_queue(const takt_queue_slot& slot) {
  uint64_t bits = slot.reserved0;
  for (uint64_t word : slot.reserved1) bits |= word;
  if (slot.type != TAKT_SLOT_SET_BAND) bits |= slot.band;
  bits |= slot.type == TAKT_SLOT_RELEASE_CONTEXT ? slot.queue : slot.context;
  return bits == 0 && slot.band <= TAKT_BAND_REALTIME;
}

bool in_range(uint32_t value, uint32_t least, uint32_t most) { return value >= least && value <= most; }

constexpr uint32_t kMinUs = 10, kMaxUs = 1000000;

bool good_quantum(uint32_t us) { return us == 0 || in_range(us, kMinUs, kMaxUs); }

bool good_band(const takt_band_slot& slot) {
  uint64_t bits = slot.reserved0;
  for (uint64_t word : slot.reserved1) bits |= word;
  return bits == 0 && slot.band <= TAKT_BAND_REALTIME && slot.grace_us <= kMaxUs &&
         good_quantum(slot.process_quantum_us) && slot.process_grace_us <= kMaxUs &&
         slot.share_percent <= (slot.band == TAKT_BAND_NORMAL ? 99u : 0u);
}

bool good_scheduling(const takt_scheduling_slot& slot) {
  const bool comes = slot.period_us != 0;
  return slot.reserved == 0 && slot.band <= TAKT_BAND_REALTIME && (slot.programs != 0) == comes &&
         (comes || slot.program == 0) && slot.programs <= TAKT_MAX_PROGRAMS &&
         slot.program <= TAKT_MAX_PROGRAMS - slot.programs &&
         slot.level <= (slot.band == TAKT_BAND_REALTIME ? TAKT_REALTIME_LEVELS - 1 : 0u) &&
         slot.priority >= -TAKT_PRIORITY_MOST && slot.priority <= TAKT_PRIORITY_MOST && good_quantum(slot.quantum_us) &&
         slot.grace_same_us <= kMaxUs && slot.grace_lower_us <= kMaxUs && slot.weight <= TAKT_WEIGHT_MAX;
}

bool good_governor(const takt_governor_slot& slot) {
  const bool sleeps = slot.suspend_us != 0;
  return slot.governor < TAKT_GOVERNOR_COUNT && (slot.level == 0 || slot.governor == TAKT_GOVERNOR_FIXED) &&
         slot.margin_percent <= 100 && slot.slowdown_percent <= 100 && slot.least_us <= kMaxUs &&
         slot.suspend_us <= 1000 * kMaxUs && slot.suspend_state <= TAKT_NPU_OFF &&
         (slot.suspend_state != TAKT_NPU_ON) == sleeps && (slot.reserved0 | slot.reserved1[0] | slot.reserved1[1]) == 0;
}

// Area of an answer or of records: none, or aligned and large enough.
bool good_area(const takt_service_slot& slot, uint64_t least) {
  if (slot.address == 0) return slot.bytes == 0;
  return slot.address % kFenceAlignment == 0 && slot.bytes >= least && slot.bytes <= ~0ull - slot.address;
}

// What a type does not name is zero: its own fields are checked and taken away.
bool good_service(takt_service_slot slot) {
  bool good = true;
  switch (slot.type) {
    case TAKT_SLOT_SET_COALESCING:
      good = in_range(slot.count, 1, 4096) && slot.microseconds <= kMaxUs;
      slot.count = slot.microseconds = 0;
      break;
    case TAKT_SLOT_RESET_ENGINES:
      good = good_area(slot, sizeof(takt_reset_report)) && slot.value < TAKT_MAX_PARTITIONS;
      slot.address = slot.bytes = slot.value = 0;
      break;
    case TAKT_SLOT_QUERY_ENGINES:
      good = slot.value < TAKT_MAX_PARTITIONS;
      slot.value = 0;
      break;
    case TAKT_SLOT_SET_LOG:
      good = good_area(slot, sizeof(takt_telemetry_header) + sizeof(takt_log_record));
      slot.address = slot.bytes = 0;
      break;
    case TAKT_SLOT_SET_METRICS:
      good = good_area(slot, sizeof(takt_telemetry_header) + sizeof(takt_metric_sample)) &&
             (slot.address == 0 ? slot.microseconds == 0 : in_range(slot.microseconds, kMinUs, kMaxUs));
      slot.address = slot.bytes = slot.microseconds = 0;
      break;
    case TAKT_SLOT_DUMP_STATE:
      good = slot.address != 0 && good_area(slot, 0);
      slot.address = slot.bytes = 0;
      break;
    case TAKT_SLOT_INJECT_FAULT:
      good = slot.value < TAKT_FAULT_COUNT && in_range(slot.count, 1, 65535);
      slot.value = slot.count = 0;
      break;
    case TAKT_SLOT_SET_TEST_MODE:
      good = (slot.value & ~(TAKT_TEST_NULL_JOBS | TAKT_TEST_NO_TIMEOUTS | TAKT_TEST_NO_PREEMPTION |
                             TAKT_TEST_PREEMPT_ALWAYS)) == 0 &&
             slot.count <= 1000000;
      slot.value = slot.count = 0;
      break;
    case TAKT_SLOT_SET_DUTY_CYCLE:
      good = slot.pause_us == 0
                 ? slot.microseconds == 0
                 : in_range(slot.microseconds, kMinUs, kMaxUs) && in_range(slot.pause_us, kMinUs, kMaxUs);
      slot.microseconds = slot.pause_us = 0;
      break;
    case TAKT_SLOT_SET_POWER_LEVEL:
      slot.value = 0;
      break;
    case TAKT_SLOT_SET_JOB_LIMIT:
      slot.microseconds = 0;
      break;
    default:
      break;
  }
  uint64_t bits =
      slot.address | slot.bytes | slot.value | slot.count | slot.microseconds | slot.pause_us | slot.reserved0;
  for (uint64_t word : slot.reserved1) bits |= word;
  return good && bits == 0;
}

bool good(bool control, const takt_job_slot& slot) {
  switch (slot.type) {
    case TAKT_SLOT_NOP:
      return true;
    case TAKT_SLOT_JOB:
      return !control && slot.reserved == 0;
    case TAKT_SLOT_FENCE_WAIT:
    case TAKT_SLOT_FENCE_SIGNAL:
      return good_fence(slot);
    case TAKT_SLOT_CREATE_QUEUE:
      return control && good_create_queue(as_create_queue(slot));
    case TAKT_SLOT_REGISTER_PROGRAM:
      return control && good_register_program(as_register_program(slot));
    case TAKT_SLOT_SET_BANDWIDTH:
      return control && good_set_bandwidth(as_set_bandwidth(slot));
    case TAKT_SLOT_DESTROY_QUEUE:
    case TAKT_SLOT_SUSPEND_QUEUE:
    case TAKT_SLOT_RESUME_QUEUE:
    case TAKT_SLOT_SET_BAND:
    case TAKT_SLOT_RELEASE_CONTEXT:
      return control && good_queue(as_queue(slot));
    case TAKT_SLOT_SET_BAND_SETUP:
      return control && good_band(as_band(slot));
    case TAKT_SLOT_SET_SCHEDULING:
      return control && good_scheduling(as_scheduling(slot));
    case TAKT_SLOT_SET_GOVERNOR:
      return control && good_governor(as_governor(slot));
    case TAKT_SLOT_SET_JOB_LIMIT:
      return control && good_service(as_service(slot));
    default:
      return control && in_range(slot.type, TAKT_SLOT_SET_COALESCING, TAKT_SLOT_SET_POWER_LEVEL) &&
             good_service(as_service(slot));
  }
}

}  // namespace

uint32_t check_slot(bool control, const takt_job_slot& slot) {
  return slot.flags == 0 && good(control, slot) ? TAKT_STATUS_OK : TAKT_STATUS_BAD_SLOT;
}

namespace {

template <typename Request>
Request as(const takt_job_slot& slot) {
  static_assert(sizeof(Request) == sizeof(takt_job_slot), "a slot");
  Request request;
  memcpy(&request, &slot, sizeof(request));
  return request;
}

}  // namespace

takt_create_queue_slot as_create_queue(const takt_job_slot& slot) { return as<takt_create_queue_slot>(slot); }
takt_register_program_slot as_register_program(const takt_job_slot& slot) {
  return as<takt_register_program_slot>(slot);
}
takt_queue_slot as_queue(const takt_job_slot& slot) { return as<takt_queue_slot>(slot); }
takt_service_slot as_service(const takt_job_slot& slot) { return as<takt_service_slot>(slot); }
takt_set_bandwidth_slot as_set_bandwidth(const takt_job_slot& slot) { return as<takt_set_bandwidth_slot>(slot); }
takt_band_slot as_band(const takt_job_slot& slot) { return as<takt_band_slot>(slot); }
takt_governor_slot as_governor(const takt_job_slot& slot) { return as<takt_governor_slot>(slot); }
takt_scheduling_slot as_scheduling(const takt_job_slot& slot) { return as<takt_scheduling_slot>(slot); }

}  // namespace takt::firmware
