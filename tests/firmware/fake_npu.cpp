// The NPU of the fake: a program runs for its estimated_cycles, one per tick, and has its cuts at equal distances.

#include "tests/firmware/fake_soc.h"

namespace takt::firmware::test {
namespace {

constexpr std::uint32_t kBlock = 0x40;

std::uint64_t address(const std::array<std::uint32_t, 16>& registers, std::uint32_t low_offset) {
  return std::uint64_t{registers[low_offset / 4 + 1]} << 32 | registers[low_offset / 4];
}

}  // namespace

takt_program_header FakeSoc::program(const HardwareQueue& queue) {
  return get<takt_program_header>(address(queue.registers, TAKT_NPUQ_PROGRAM_LO));
}

Mishap FakeSoc::mishap(const HardwareQueue& queue) const {
  const auto found = mishaps.find(queue.registers[TAKT_NPUQ_JOB / 4]);
  return found == mishaps.end() ? Mishap{} : found->second;
}

std::uint64_t FakeSoc::run_ticks(const HardwareQueue& queue) const {
  return queue.run_from + (now > queue.since ? now - queue.since : 0);
}

std::uint32_t FakeSoc::progress(std::uint32_t n) {
  const HardwareQueue& queue = queues_[n];
  if (queue.state != TAKT_NPU_RUNNING) return queue.frozen_progress;
  const std::uint64_t run = std::min(run_ticks(queue), mishap(queue).hang_at);
  const std::uint64_t duration = std::max<std::uint64_t>(program(queue).estimated_cycles, 1);
  return static_cast<std::uint32_t>(run * kCommands / duration - queue.run_from * kCommands / duration);
}

std::uint32_t FakeSoc::read_npu(std::uint32_t offset) {
  if (offset == TAKT_NPU_IRQ_STATUS) return irq_status_;
  if (offset == TAKT_NPU_POWER_LEVELS) return power_levels;
  if (offset == TAKT_NPU_CONTEXT_BYTES) return kContextBytes;
  if (offset == TAKT_NPU_CORES) return npu_cores;
  if (offset >= TAKT_NPU_LEVEL(0) && offset < TAKT_NPU_LEVEL(power_levels))
    return 1000000u >> (offset - TAKT_NPU_LEVEL(0)) / 4;  // half the clock from level to level
  if (offset >= TAKT_NPU_QUEUE(0) && offset < TAKT_NPU_QUEUE(TAKT_NPU_MAX_QUEUES)) {
    const std::uint32_t n = (offset - TAKT_NPU_QUEUE(0)) / kBlock;
    switch (offset % kBlock) {
      case TAKT_NPUQ_STATE:
        return queues_[n].state;
      case TAKT_NPUQ_STATUS:
        return queues_[n].aborted ? TAKT_STATUS_ABORTED : mishap(queues_[n]).fault_status;
      case TAKT_NPUQ_FAULT:
        return mishap(queues_[n]).fault_word;
      case TAKT_NPUQ_PROGRESS:
        return progress(n);
      default:
        break;
    }
  }
  violations.push_back("read of NPU register " + std::to_string(offset));
  return 0;
}

void FakeSoc::write_npu(std::uint32_t offset, std::uint32_t value) {
  if (offset == TAKT_NPU_IRQ_CLEAR) irq_status_ &= ~value;
  if (offset == TAKT_NPU_IRQ_ENABLE) irq_enable_ = value;
  if (offset == TAKT_NPU_POWER_LEVEL) power_level = value;
  if (offset == TAKT_NPU_POWER_STATE) power_state = value;
  if (offset == TAKT_NPU_RESET) {
    ++resets;
    for (HardwareQueue& queue : queues_) {
      const std::uint32_t first_core = queue.first_core;  // a register stays
      queue = {};
      queue.first_core = first_core;
    }
    irq_status_ = 0;
  }
  if (offset < TAKT_NPU_QUEUE(0)) return;
  if (offset >= TAKT_NPU_PLACE(0)) {
    queues_[(offset - TAKT_NPU_PLACE(0)) / 4].first_core = value;
    return;
  }
  if (offset >= TAKT_NPU_WINDOWS(0)) {
    const std::uint32_t at = offset - TAKT_NPU_WINDOWS(0);
    std::uint64_t& windows = queues_windows_[at / 8];
    const unsigned shift = at % 8 * 8;
    windows = (windows & ~(std::uint64_t{0xffffffff} << shift)) | std::uint64_t{value} << shift;
    ++window_writes;
    return;
  }
  const std::uint32_t n = (offset - TAKT_NPU_QUEUE(0)) / kBlock;
  if (offset % kBlock == TAKT_NPUQ_CONTROL) return control(n, value);
  queues_[n].registers[offset % kBlock / 4] = value;
}

void FakeSoc::control(std::uint32_t n, std::uint32_t value) {
  if (value == TAKT_NPU_PREEMPT) return preempt(n);
  if (value == TAKT_NPU_PREEMPT_NOW) return force_preempt(n);
  if (value == TAKT_NPU_ABORT) return abort(n);
  HardwareQueue& own = queues_[n];
  own.cores = std::max(program(own).cores, 1u);
  for (const HardwareQueue& queue : queues_) {
    const bool busy = queue.state == TAKT_NPU_RUNNING || queue.state == TAKT_NPU_SAVING;
    const bool apart =
        own.first_core + own.cores <= queue.first_core || queue.first_core + queue.cores <= own.first_core;
    if (busy && (&queue == &own || !apart)) violations.push_back("two owners");
  }
  start(n, value == TAKT_NPU_RESUME);
}

void FakeSoc::start(std::uint32_t n, bool resume) {
  HardwareQueue& queue = queues_[n];
  power_state = TAKT_NPU_ON;
  const takt_program_header header = program(queue);
  if (header.magic != TAKT_PROGRAM_MAGIC) violations.push_back("started something that is no program");
  queue.run_from = 0;
  queue.aborted = false;
  if (resume) {
    const std::uint64_t area = address(queue.registers, TAKT_NPUQ_SAVE_LO);
    const auto save = get<takt_save_header>(area);
    if (save.magic != TAKT_SAVE_MAGIC) violations.push_back("resumed from an empty save area");
    // `parameters` carries what the fake itself wants back: ticks already run.
    queue.run_from = save.parameters;
    put(area, takt_save_header{});
  }
  last_first_core = queue.first_core;
  last_qos = queue.registers[TAKT_NPUQ_QOS / 4];
  last_context = queue.registers[TAKT_NPUQ_CONTEXT / 4];
  last_windows = queues_windows_[n];
  queue.since = now + (resume ? mishap(queue).restore_ticks : 0);
  queue.state = TAKT_NPU_RUNNING;
  queue.stop_state = mishap(queue).fault ? TAKT_NPU_FAULTED : TAKT_NPU_DONE;
  queue.stop_at = mishap(queue).hang_at == kNever ? queue.since + header.estimated_cycles - queue.run_from : kNever;
}

void FakeSoc::abort(std::uint32_t n) {
  HardwareQueue& queue = queues_[n];
  if (queue.state != TAKT_NPU_RUNNING) return;
  queue.aborted = true;
  queue.stop_state = TAKT_NPU_FAULTED;
  queue.stop_at = now;
}

void FakeSoc::preempt(std::uint32_t n) {
  HardwareQueue& queue = queues_[n];
  if (queue.state != TAKT_NPU_RUNNING) return;
  const takt_program_header header = program(queue);
  const std::uint64_t hang_at = mishap(queue).hang_at;
  for (std::uint32_t cut = 1; cut <= header.cut_count; ++cut) {
    const std::uint64_t run = header.estimated_cycles * cut / (header.cut_count + 1);
    if (run < run_ticks(queue) || run <= queue.run_from) continue;  // a later one than it stood at
    if (run > hang_at) return;
    queue.save_run = run;
    queue.stop_state = TAKT_NPU_PREEMPTED;
    queue.stop_at = queue.since + (run - queue.run_from) + kSaveTicks;
    return;
  }
}

void FakeSoc::force_preempt(std::uint32_t n) {
  HardwareQueue& queue = queues_[n];
  if (queue.state != TAKT_NPU_RUNNING) return;
  const takt_program_header header = program(queue);
  const std::uint64_t needed = TAKT_FORCED_SAVE_BYTES(header.cores, header.scratchpad_bytes, kContextBytes);
  if (queue.registers[TAKT_NPUQ_SAVE_BYTES / 4] < needed) return;
  queue.save_run = run_ticks(queue);
  queue.frozen_progress = progress(n);
  queue.state = TAKT_NPU_SAVING;
  queue.stop_state = TAKT_NPU_PREEMPTED;
  queue.stop_at = now + kSaveTicks;
}

void FakeSoc::stop_due() {
  for (std::uint32_t n = 0; n < queues_.size(); ++n) {
    HardwareQueue& queue = queues_[n];
    if (queue.stop_at > now) continue;
    queue.frozen_progress = progress(n);
    queue.stop_at = kNever;
    if (queue.stop_state == TAKT_NPU_PREEMPTED && mishap(queue).hang_save) {
      queue.state = TAKT_NPU_SAVING;
      continue;
    }
    queue.state = queue.stop_state;
    if (queue.state == TAKT_NPU_PREEMPTED) {
      takt_save_header save{};
      save.magic = TAKT_SAVE_MAGIC;
      save.parameters = queue.save_run;
      const std::uint64_t area = address(queue.registers, TAKT_NPUQ_SAVE_LO);
      if (queue.registers[TAKT_NPUQ_SAVE_BYTES / 4] < program(queue).max_save_bytes) violations.push_back("save area");
      put(area, save);
    }
    if (!mishap(queue).lose_interrupt) irq_status_ |= 1u << n;
  }
}

}  // namespace takt::firmware::test
