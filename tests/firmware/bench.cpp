#include "tests/firmware/bench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace takt::firmware::test {
namespace {

constexpr int kStepLimit = 100000;  // iterations at one time before the loop counts as stuck

template <typename T>
T zeroed() {
  T value;
  std::memset(&value, 0, sizeof(value));
  return value;
}

}  // namespace

takt_program_header program_header(std::uint64_t ticks, std::uint32_t cuts) {
  auto header = zeroed<takt_program_header>();
  header.magic = TAKT_PROGRAM_MAGIC;
  header.version = TAKT_ABI_PROGRAM;
  header.header_bytes = sizeof(header);
  header.flags = TAKT_PROGRAM_RESTARTABLE;
  header.estimated_cycles = ticks;
  header.list_offset[TAKT_ENGINE_TENSOR] = 256;  // the first multiple of 128 behind the header
  header.list_commands[TAKT_ENGINE_TENSOR] = 2;
  header.cuts_offset = 512;
  header.cut_count = cuts;
  header.live_ranges_offset = 512 + cuts * sizeof(takt_cut);
  header.live_range_count = cuts;
  header.total_bytes = header.live_ranges_offset + cuts * sizeof(takt_live_range);
  header.max_save_bytes = cuts == 0 ? 0 : sizeof(takt_save_header) + 64;
  return header;
}

takt_job_slot job(std::uint64_t id, std::uint32_t program) {
  auto slot = zeroed<takt_job_slot>();
  slot.type = TAKT_SLOT_JOB;
  slot.job_id = id;
  slot.program = program;
  return slot;
}

takt_job_slot fence(takt_slot_type type, std::uint64_t address, std::uint64_t value) {
  auto slot = zeroed<takt_job_slot>();
  slot.type = type;
  slot.fence_address = address;
  slot.fence_value = value;
  return slot;
}

takt_create_queue_slot create_queue(std::uint64_t id, std::uint32_t queue, takt_band band) {
  auto slot = zeroed<takt_create_queue_slot>();
  slot.type = TAKT_SLOT_CREATE_QUEUE;
  slot.job_id = id;
  slot.queue = queue;
  slot.band = band;
  slot.ring = ring_of(queue);
  slot.save_area = save_area_of(queue);
  slot.save_area_bytes = kSaveBytes;
  slot.context = 100 + queue;
  return slot;
}

takt_register_program_slot register_program(std::uint64_t id, std::uint32_t program) {
  auto slot = zeroed<takt_register_program_slot>();
  slot.type = TAKT_SLOT_REGISTER_PROGRAM;
  slot.job_id = id;
  slot.program = program;
  slot.header = program_at(program);
  return slot;
}

takt_set_bandwidth_slot set_bandwidth(std::uint64_t id, std::uint32_t initiator) {
  auto slot = zeroed<takt_set_bandwidth_slot>();
  slot.type = TAKT_SLOT_SET_BANDWIDTH;
  slot.job_id = id;
  slot.initiator = initiator;
  slot.control = TAKT_NOC_ENABLE;
  slot.bytes_per_s = 2000000000;
  slot.burst_bytes = 4096;
  return slot;
}

takt_boot_info boot_info(const std::string& policy) {
  auto info = zeroed<takt_boot_info>();
  info.magic = TAKT_BOOT_MAGIC;
  info.bytes = sizeof(info);
  info.hardware_version = TAKT_ABI_HARDWARE;
  info.driver_version = TAKT_ABI_DRIVER;
  info.program_version = TAKT_ABI_PROGRAM;
  info.timer_hz = kTimerHz;
  info.control_ring = ring_of(TAKT_CONTROL_QUEUE);
  info.completion_ring = kCompletionRing;
  info.hardware_queues = 2;
  info.watchdog_us = 70000;
  std::strncpy(info.policy, policy.c_str(), sizeof(info.policy) - 1);
  return info;
}

Bench::Bench(const takt_boot_info& info, std::uint32_t entries) : hal(soc), info_(info), entries_(entries) {
  make_ring(kCompletionRing, 64);
  make_ring(ring_of(TAKT_CONTROL_QUEUE), 64);
  if (info.async_ring != 0) make_ring(info.async_ring, 64);
  soc.monitor(info);
  firmware = std::make_unique<Firmware>(hal, info, journal);
}

bool Bench::restart() {
  backlog_.clear();
  soc.restart();
  make_ring(kCompletionRing, 64);
  for (std::uint32_t queue = 0; queue < TAKT_MAX_QUEUES; ++queue)
    if (soc.get<takt_ring_header>(ring_of(queue)).magic == TAKT_RING_MAGIC) make_ring(ring_of(queue), entries_);
  takt_boot_info info = info_;
  info.flags |= TAKT_BOOT_WARM;
  firmware = std::make_unique<Firmware>(hal, info, journal);
  return firmware->boot();
}

void Bench::make_ring(std::uint64_t address, std::uint32_t entries) {
  auto header = zeroed<takt_ring_header>();
  header.magic = TAKT_RING_MAGIC;
  header.entries = entries;
  soc.put(address, header);
}

void Bench::boot() {
  ASSERT_TRUE(firmware->boot());
  ASSERT_EQ(soc.boot_status, TAKT_BOOT_READY);
}

std::uint32_t Bench::control(const takt_job_slot& slot) {
  submit(TAKT_CONTROL_QUEUE, slot);
  settle();
  const auto found = std::find_if(completions.rbegin(), completions.rend(), [&](const takt_completion& record) {
    return record.queue == TAKT_CONTROL_QUEUE && record.job_id == slot.job_id;
  });
  if (found == completions.rend()) {
    ADD_FAILURE() << "no completion record for control request " << slot.job_id;
    return ~0u;
  }
  return found->status;
}

void Bench::add_program(std::uint32_t id, std::uint64_t ticks, std::uint32_t cuts) {
  soc.put(program_at(id), program_header(ticks, cuts));
  EXPECT_EQ(control(as_slot(register_program(0x1000 + id, id))), TAKT_STATUS_OK);
}

void Bench::add_queue(std::uint32_t id, takt_band band, bool save_area) {
  make_ring(ring_of(id), entries_);
  takt_create_queue_slot slot = create_queue(0x2000 + id, id, band);
  if (!save_area) slot.save_area = 0;
  EXPECT_EQ(control(as_slot(slot)), TAKT_STATUS_OK);
}

void Bench::submit(std::uint32_t queue, const takt_job_slot& slot) {
  backlog_[queue].push_back(slot);
  pump(queue);
}

void Bench::submit_at(std::uint64_t ticks, std::uint32_t queue, const takt_job_slot& slot) {
  soc.at(ticks, [this, queue, slot] { submit(queue, slot); });
}

void Bench::pump(std::uint32_t queue) {
  std::deque<takt_job_slot>& waiting = backlog_[queue];
  auto header = soc.get<takt_ring_header>(ring_of(queue));
  bool rang = false;
  while (!waiting.empty() && (header.tail + 1) % header.entries != header.head) {
    soc.put(ring_of(queue) + sizeof(header) + header.tail * sizeof(takt_job_slot), waiting.front());
    waiting.pop_front();
    header.tail = (header.tail + 1) % header.entries;
    rang = true;
  }
  soc.put(ring_of(queue) + offsetof(takt_ring_header, tail), header.tail);
  if (rang) soc.ring_doorbells(1u << queue);
}

void Bench::collect() {
  if (hold_completions) return;
  soc.clear_host();
  auto header = soc.get<takt_ring_header>(kCompletionRing);
  for (; header.head != header.tail; header.head = (header.head + 1) % header.entries) {
    completions.push_back(
        soc.get<takt_completion>(kCompletionRing + sizeof(header) + header.head * sizeof(takt_completion)));
  }
  soc.put(kCompletionRing + offsetof(takt_ring_header, head), header.head);
}

void Bench::settle() {
  for (int i = 0; firmware->step(); ++i) {
    if (i == kStepLimit) {
      ADD_FAILURE() << "the loop does not come to rest";
      return;
    }
    if (soc.host) collect();
    for (auto& [queue, waiting] : backlog_) {
      if (!waiting.empty()) pump(queue);
    }
  }
}

void Bench::run(std::uint64_t limit) {
  do {
    settle();
  } while (soc.sleep(limit));
  EXPECT_EQ(soc.violations, std::vector<std::string>{});
}

std::vector<std::uint64_t> Bench::order() const {
  std::vector<std::uint64_t> ids;
  for (const takt_completion& record : completions) {
    if (record.queue != TAKT_CONTROL_QUEUE) ids.push_back(record.job_id);
  }
  return ids;
}

const takt_completion& Bench::record(std::uint64_t id) const {
  static const takt_completion none{};
  for (const takt_completion& record : completions) {
    if (record.queue != TAKT_CONTROL_QUEUE && record.job_id == id) return record;
  }
  ADD_FAILURE() << "no completion record of job " << id;
  return none;
}

std::vector<LogEvent> Bench::events(std::uint64_t id) const {
  std::vector<LogEvent> found;
  for (const LogLine& line : soc.lines) {
    if (line.job == id && line.queue != TAKT_CONTROL_QUEUE) found.push_back(line.event);
  }
  return found;
}

}  // namespace takt::firmware::test
