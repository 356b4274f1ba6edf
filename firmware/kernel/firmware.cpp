#include "firmware/kernel/firmware.h"

#include <string.h>

#include "firmware/abi/registers.h"

namespace takt::firmware {
namespace {

// Nothing raises an interrupt when another client writes a fence or when the driver empties the completion ring.
// 100 us: the poll period of a published driver for the same purpose (Documentation/accel/qaic).
constexpr uint32_t kPollUs = 100;

constexpr uint32_t kMicrosecondsPerSecond = 1000000;

bool same_major(uint32_t theirs, uint32_t ours) { return TAKT_ABI_MAJOR(theirs) == TAKT_ABI_MAJOR(ours); }

bool compatible(const takt_boot_info& info) {
  return info.magic == TAKT_BOOT_MAGIC && info.bytes >= sizeof(takt_boot_info) &&
         same_major(info.hardware_version, TAKT_ABI_HARDWARE) && same_major(info.driver_version, TAKT_ABI_DRIVER) &&
         same_major(info.program_version, TAKT_ABI_PROGRAM) && info.timer_hz != 0 && info.hardware_queues >= 1 &&
         info.hardware_queues <= TAKT_NPU_MAX_QUEUES;
}

uint64_t to_ticks(uint32_t us, uint32_t timer_hz) {
  const uint64_t ticks = static_cast<uint64_t>(us) * timer_hz / kMicrosecondsPerSecond;
  return ticks == 0 && us != 0 ? 1 : ticks;
}

}  // namespace

Firmware::Firmware(Hal& hal, const takt_boot_info& info)
    : hal_(hal),
      info_(info),
      timer_(hal),
      interrupts_(hal),
      engines_(hal),
      bandwidth_(hal, info.hardware_version),
      watchdog_(to_ticks(info.job_timeout_us, info.timer_hz)),
      programs_(bytes_per_kilocycle(info.npu_bytes_per_s, info.npu_clock_khz)) {}

uint64_t Firmware::ticks(uint32_t us) const { return to_ticks(us, info_.timer_hz); }

bool Firmware::boot() {
  const bool accepted = compatible(info_) && choose_policy() && open_rings();
  hal_.write(TAKT_MAILBOX_BASE + TAKT_MAILBOX_BOOT_VERSION, TAKT_ABI_DRIVER);
  if (accepted) {
    hal_.write(TAKT_WATCHDOG_BASE + TAKT_WATCHDOG_LOAD_US, info_.watchdog_us);
    interrupts_.enable(info_.hardware_queues);
  }
  hal_.write(TAKT_MAILBOX_BASE + TAKT_MAILBOX_BOOT_STATUS, accepted ? TAKT_BOOT_READY : TAKT_BOOT_REFUSED);
  return accepted;
}

bool Firmware::open_rings() {
  Queue& control = queues_[TAKT_CONTROL_QUEUE];
  if (!completions_.open(hal_, {info_.completion_ring}) || !control.ring.open(hal_, {info_.control_ring})) return false;
  control.open = true;
  queues_end_ = TAKT_CONTROL_QUEUE + 1;
  control.scan = true;
  return true;
}

bool Firmware::choose_policy() {
  if (memchr(info_.policy, 0, sizeof(info_.policy)) == nullptr) return false;
  const PolicyEntry* entry = find_policy(info_.policy);
  if (entry == nullptr) return false;
  policy_ = entry->make(policy_storage_, {ticks(info_.round_robin_quantum_us)});
  return true;
}

void Firmware::run() {
  for (;;) {
    while (step()) {
    }
    hal_.wait_for_interrupt();
  }
}

bool Firmware::step() {
  hal_.cost(CostPoint::Loop, queues_end_);
  bool worked = sample();
  judge_running_job();
  polling_ = false;
  for (uint32_t id = 0; id < queues_end_; ++id) {  // the control queue first: it may open the others
    const Queue& queue = queues_[id];
    if (!queue.open || queue.closing) continue;
    if (queue.scan && intake(id)) worked = true;
    if (!queue.entries.empty() && advance(id)) worked = true;
  }
  if (schedule()) worked = true;
  if (raise_host_) {
    raise_host_ = false;
    hal_.fence();
    hal_.write(TAKT_MAILBOX_BASE + TAKT_MAILBOX_HOST_SET, 1);
  }
  timer_.arm(next_wakeup());
  return worked;
}

bool Firmware::sample() {
  hal_.write(TAKT_WATCHDOG_BASE + TAKT_WATCHDOG_KICK, 1);
  const LatchedInterrupts latched = interrupts_.latch();
  now_ = timer_.now();
  counters_.interrupts += latched.claims;
  counters_.spurious_interrupts += latched.spurious;
  note_doorbells(latched.doorbells);
  note_stops(latched.engines);
  return latched.claims != 0 || now_ >= timer_.armed();
}

void Firmware::note_doorbells(uint32_t doorbells) {
  for (uint32_t id = 0; doorbells != 0; ++id, doorbells >>= 1) {
    if ((doorbells & 1) == 0) continue;
    if (queues_[id].open) {
      queues_[id].scan = true;
    } else {
      ++counters_.unknown_doorbells;  // a queue created later is scanned then
    }
  }
}

uint64_t Firmware::next_wakeup() {
  if (!polling_) {
    poll_at_ = kNever;
  } else if (poll_at_ == kNever || poll_at_ <= now_) {
    poll_at_ = now_ + ticks(kPollUs);
  }
  uint64_t next = poll_at_;
  if (policy_wakeup_ < next) next = policy_wakeup_;
  if (watchdog_.next_sample() < next) next = watchdog_.next_sample();
  return next;
}

}  // namespace takt::firmware
