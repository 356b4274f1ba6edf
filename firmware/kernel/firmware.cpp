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

Partition a_partition(const takt_boot_info& info) {
  return Partition(info.timer_hz, to_ticks(info.job_timeout_us, info.timer_hz));
}

}  // namespace

Firmware::Firmware(Hal& hal, const takt_boot_info& info, Journal& journal)
    : hal_(hal),
      info_(info),
      journal_(journal),
      timer_(hal),
      interrupts_(hal),
      engines_(hal, info.hardware_version),
      bandwidth_(hal, info.hardware_version),
      telemetry_(hal),
      programs_(info.npu_bytes_per_s, info.npu_clock_khz),
      partitions_{a_partition(info), a_partition(info), a_partition(info), a_partition(info),
                  a_partition(info), a_partition(info), a_partition(info), a_partition(info)} {
  if (info.npu_clock_khz != 0)
    ticks_per_cycle_ = (static_cast<uint64_t>(info.timer_hz) << 32) / (info.npu_clock_khz * uint64_t{1000});
}

uint64_t Firmware::ticks(uint32_t us) const { return to_ticks(us, info_.timer_hz); }

uint64_t Firmware::npu_ticks(uint64_t cycles) const {
  if (ticks_per_cycle_ == 0) return cycles;
  return (cycles >> 32) * ticks_per_cycle_ + ((cycles & 0xffffffffu) * ticks_per_cycle_ >> 32);
}

bool Firmware::boot() {
  const bool warm = has_flag(TAKT_BOOT_WARM);
  bool accepted = compatible(info_) && divide_cores() && choose_policy() && open_rings();
  hal_.write(TAKT_MAILBOX_BASE + TAKT_MAILBOX_BOOT_VERSION, TAKT_ABI_DRIVER);
  if (accepted) {
    if (has_flag(TAKT_BOOT_FORCE_PREEMPTION)) context_bytes_ = engines_.context_bytes();
    hal_.write(TAKT_WATCHDOG_BASE + TAKT_WATCHDOG_LOAD_US, info_.watchdog_us);
    interrupts_.enable(info_.hardware_queues);
    open_power();
    if (warm)
      accepted = restore();
    else
      journal_.clear();
  }
  const takt_boot_status done = warm ? TAKT_BOOT_RESTORED : TAKT_BOOT_READY;
  hal_.write(TAKT_MAILBOX_BASE + TAKT_MAILBOX_BOOT_STATUS, accepted ? done : TAKT_BOOT_REFUSED);
  return accepted;
}

bool Firmware::open_rings() {
  if (!completions_.open(hal_, {info_.completion_ring})) return false;
  if (!open_control(TAKT_CONTROL_QUEUE, info_.control_ring)) return false;
  queues_end_ = TAKT_CONTROL_QUEUE + 1;
  return info_.async_ring == 0 || open_control(TAKT_ASYNC_QUEUE, info_.async_ring);
}

bool Firmware::open_control(uint32_t id, uint64_t ring) {
  Queue& queue = queues_[id];
  queue.open = queue.scan = queue.ring.open(hal_, {ring});
  return queue.open;
}

bool Firmware::choose_policy() {
  if (memchr(info_.policy, 0, sizeof(info_.policy)) == nullptr) return false;
  const PolicyEntry* entry = find_policy(info_.policy);
  if (entry == nullptr) return false;
  for (uint32_t p = 0; p < partition_count_; ++p)
    partitions_[p].policy = entry->make(partitions_[p].policy_storage,
                                        {ticks(info_.round_robin_quantum_us), TAKT_BOOT_TOKENS(info_.flags)});
  return true;
}

// What the boot information says of partitions, and where their hardware queues' jobs begin.
bool Firmware::divide_cores() {
  uint32_t cores = 0, count = 0;
  for (; count < TAKT_MAX_PARTITIONS && TAKT_PARTITION_CORES(info_.partitions, count) != 0; ++count) {
    partitions_[count].first_core = cores;
    partitions_[count].cores = TAKT_PARTITION_CORES(info_.partitions, count);
    cores += partitions_[count].cores;
  }
  for (uint32_t p = count; p < TAKT_MAX_PARTITIONS; ++p) {
    if (TAKT_PARTITION_CORES(info_.partitions, p) != 0) return false;
  }
  if (count <= 1) return true;  // where jobs begin anyway
  if (count > info_.hardware_queues || cores > engines_.cores()) return false;
  partition_count_ = count;
  programs_.read_traffic();
  for (uint32_t q = 0; q < info_.hardware_queues; ++q) engines_.place(q, partitions_[q % count].first_core);
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
  judge_running_jobs();
  polling_ = false;
  if (info_.async_ring != 0 && serve(TAKT_ASYNC_QUEUE)) worked = true;
  for (uint32_t id = 0; id < queues_end_; ++id) {  // the control queue first: it may open the others
    if (serve(id)) worked = true;
  }
  if (schedule()) worked = true;
  rest();
  if (now_ >= telemetry_.next_sample()) telemetry_.sample(metrics());
  if (now_ >= host_.due_at()) announce();
  timer_.arm(next_wakeup());
  return worked;
}

bool Firmware::serve(uint32_t id) {
  const Queue& queue = queues_[id];
  if (!queue.open || queue.closing) return false;
  const bool taken = queue.scan && intake(id);
  return (!queue.entries.empty() && advance(id)) || taken;
}

void Firmware::announce() {
  host_.announced();
  if (hooks_.take(TAKT_FAULT_LOSE_HOST_INTERRUPT)) return;
  hal_.fence();
  hal_.write(TAKT_MAILBOX_BASE + TAKT_MAILBOX_HOST_SET, 1);
}

void Firmware::log(LogEvent event, uint32_t queue, uint64_t job) {
  hal_.log(event, queue, job);
  telemetry_.log(event, queue, job, now_);
}

bool Firmware::sample() {
  hal_.write(TAKT_WATCHDOG_BASE + TAKT_WATCHDOG_KICK, 1);
  const LatchedInterrupts latched = interrupts_.latch();
  now_ = timer_.now();
  counters_.interrupts += latched.claims;
  counters_.spurious_interrupts += latched.spurious;
  note_doorbells(latched.doorbells);
  note_stops(latched.engines);
  note_heat(latched.sensors);
  return latched.claims != 0 || now_ >= timer_.armed();
}

void Firmware::note_doorbells(uint32_t doorbells) {
  if (doorbells != 0 && hooks_.take(TAKT_FAULT_LOSE_DOORBELL)) return;
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
  for (uint32_t p = 0; p < partition_count_; ++p) {
    if (partitions_[p].policy_wakeup < next) next = partitions_[p].policy_wakeup;
    if (partitions_[p].judge_at() < next) next = partitions_[p].judge_at();
  }
  const uint64_t others[] = {duty_.next_turn(), telemetry_.next_sample(), host_.due_at(), sleep_at_};
  for (const uint64_t at : others) {
    if (at < next) next = at;
  }
  return next;
}

}  // namespace takt::firmware
