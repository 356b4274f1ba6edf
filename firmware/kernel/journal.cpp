#include "firmware/kernel/journal.h"

#include <stddef.h>

#include "firmware/abi/power.h"
#include "firmware/abi/service.h"
#include "firmware/kernel/slot_check.h"

namespace takt::firmware {
namespace {

// Queue, program, band or port that a request is about: all have it at one place.
uint32_t subject(const takt_job_slot& slot) { return slot.program; }

constexpr size_t kSubject = offsetof(takt_job_slot, program);
static_assert(offsetof(takt_create_queue_slot, queue) == kSubject && offsetof(takt_queue_slot, queue) == kSubject &&
                  offsetof(takt_scheduling_slot, queue) == kSubject && offsetof(takt_band_slot, band) == kSubject &&
                  offsetof(takt_register_program_slot, program) == kSubject &&
                  offsetof(takt_set_bandwidth_slot, initiator) == kSubject,
              "one place");

bool about_queue(uint32_t type) {
  return type == TAKT_SLOT_CREATE_QUEUE || type == TAKT_SLOT_SET_SCHEDULING || type == TAKT_SLOT_SET_BAND ||
         type == TAKT_SLOT_SUSPEND_QUEUE;
}

bool has_subject(uint32_t type) {
  return about_queue(type) || type == TAKT_SLOT_REGISTER_PROGRAM || type == TAKT_SLOT_SET_BAND_SETUP ||
         type == TAKT_SLOT_SET_BANDWIDTH;
}

bool sets_up(uint32_t type) {
  switch (type) {
    case TAKT_SLOT_SET_COALESCING:
    case TAKT_SLOT_SET_LOG:
    case TAKT_SLOT_SET_METRICS:
    case TAKT_SLOT_SET_TEST_MODE:
    case TAKT_SLOT_SET_DUTY_CYCLE:
    case TAKT_SLOT_SET_POWER_LEVEL:
    case TAKT_SLOT_SET_JOB_LIMIT:
    case TAKT_SLOT_SET_GOVERNOR:
      return true;
    default:
      return has_subject(type);
  }
}

bool takes_back(uint32_t type) {
  return type == TAKT_SLOT_DESTROY_QUEUE || type == TAKT_SLOT_RELEASE_CONTEXT || type == TAKT_SLOT_RESUME_QUEUE;
}

bool replaces(const takt_job_slot& request, const takt_job_slot& earlier) {
  const uint32_t type = request.type == TAKT_SLOT_RESUME_QUEUE ? uint32_t{TAKT_SLOT_SUSPEND_QUEUE} : request.type;
  return type == earlier.type && (!has_subject(type) || subject(request) == subject(earlier));
}

}  // namespace

void Journal::clear() {
  count_ = 0;
  state_ = kWhole;
}

// A bit each.
uint32_t Journal::queues_gone(const takt_job_slot& request) const {
  if (request.type == TAKT_SLOT_DESTROY_QUEUE) return 1u << subject(request);
  if (request.type != TAKT_SLOT_RELEASE_CONTEXT) return 0;
  uint32_t queues = 0;
  for (uint32_t i = 0; i < count_; ++i) {
    const takt_job_slot& slot = requests_[i];
    if (slot.type == TAKT_SLOT_CREATE_QUEUE && as_create_queue(slot).context == as_queue(request).context)
      queues |= 1u << subject(slot);
  }
  return queues;
}

void Journal::note(const takt_job_slot& request) {
  if (!sets_up(request.type) && !takes_back(request.type)) return;
  state_ = 0;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  const uint32_t gone = queues_gone(request);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < count_; ++i) {
    const takt_job_slot& earlier = requests_[i];
    if (replaces(request, earlier)) continue;
    if (about_queue(earlier.type) && (gone >> subject(earlier) & 1) != 0) continue;
    if (kept != i) requests_[kept] = earlier;
    ++kept;
  }
  if (sets_up(request.type)) requests_[kept++] = request;
  count_ = kept;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  state_ = kWhole;
}

}  // namespace takt::firmware
