#include "firmware/kernel/slot_check.h"

#include <string.h>

#include "firmware/abi/noc_registers.h"
#include "firmware/abi/status.h"

namespace takt::firmware {
namespace {

constexpr uint64_t kFenceAlignment = 8;  // a fence is one 64-bit word

bool good_fence(const takt_job_slot& slot) {
  return slot.fence_address != 0 && slot.fence_address % kFenceAlignment == 0 && slot.reserved == 0;
}

bool good_create_queue(const takt_create_queue_slot& slot) {
  return slot.band <= TAKT_BAND_REALTIME && slot.reserved0 == 0 && slot.windows % kFenceAlignment == 0 &&
         slot.save_area % kFenceAlignment == 0 && slot.save_area_bytes <= ~0ull - slot.save_area;
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

bool good(uint32_t queue, const takt_job_slot& slot) {
  const bool control = queue == TAKT_CONTROL_QUEUE;
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
    default:
      return false;
  }
}

}  // namespace

uint32_t check_slot(uint32_t queue, const takt_job_slot& slot) {
  return slot.flags == 0 && good(queue, slot) ? TAKT_STATUS_OK : TAKT_STATUS_BAD_SLOT;
}

takt_create_queue_slot as_create_queue(const takt_job_slot& slot) {
  takt_create_queue_slot request;
  memcpy(&request, &slot, sizeof(request));
  return request;
}

takt_register_program_slot as_register_program(const takt_job_slot& slot) {
  takt_register_program_slot request;
  memcpy(&request, &slot, sizeof(request));
  return request;
}

takt_queue_slot as_queue(const takt_job_slot& slot) {
  takt_queue_slot request;
  memcpy(&request, &slot, sizeof(request));
  return request;
}

takt_set_bandwidth_slot as_set_bandwidth(const takt_job_slot& slot) {
  takt_set_bandwidth_slot request;
  memcpy(&request, &slot, sizeof(request));
  return request;
}

}  // namespace takt::firmware
