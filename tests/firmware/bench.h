// A firmware on a fake SoC, and a driver for both: builds the rings, submits, collects completion records.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "firmware/kernel/firmware.h"
#include "tests/firmware/fake_soc.h"

namespace takt::firmware::test {

// Where the driver puts things.
inline constexpr std::uint64_t kCompletionRing = kDram;
constexpr std::uint64_t ring_of(std::uint32_t queue) { return kDram + 0x2000 * (queue + 1ull); }
constexpr std::uint64_t program_at(std::uint32_t id) { return kDram + 0x80000 + 0x400ull * id; }
constexpr std::uint64_t save_area_of(std::uint32_t queue) { return kDram + 0xb0000 + 0x1000ull * queue; }
inline constexpr std::uint64_t kFence = kDram + 0xd8000;
inline constexpr std::uint32_t kSaveBytes = 4096;
inline constexpr std::uint32_t kTimerHz = 1000000;  // a tick is a microsecond

// A well-formed program that runs for `ticks`, with `cuts` cuts at equal distances.
takt_program_header program_header(std::uint64_t ticks, std::uint32_t cuts);
takt_job_slot job(std::uint64_t id, std::uint32_t program);
takt_job_slot fence(takt_slot_type type, std::uint64_t address, std::uint64_t value);
takt_create_queue_slot create_queue(std::uint64_t id, std::uint32_t queue, takt_band band);
takt_register_program_slot register_program(std::uint64_t id, std::uint32_t program);
// A limit of a NoC port: 2 GB/s, 4096 bytes at once.
takt_set_bandwidth_slot set_bandwidth(std::uint64_t id, std::uint32_t initiator);
template <typename T>
takt_job_slot as_slot(const T& request) {
  static_assert(sizeof(T) == sizeof(takt_job_slot));
  takt_job_slot slot;
  std::copy_n(reinterpret_cast<const char*>(&request), sizeof(slot), reinterpret_cast<char*>(&slot));
  return slot;
}

takt_boot_info boot_info(const std::string& policy);

class Bench {
 public:
  explicit Bench(const std::string& policy = "fcfs", std::uint32_t entries = 64) : Bench(boot_info(policy), entries) {}
  explicit Bench(const takt_boot_info& info, std::uint32_t entries = 64);

  // Boots, and fails the test if the firmware refuses.
  void boot();
  // Boots warm: rings are empty, what was submitted and not answered is forgotten. False: refused.
  bool restart();
  // A program and a queue, registered and created through the control ring; the status is expected to be OK.
  void add_program(std::uint32_t id, std::uint64_t ticks, std::uint32_t cuts = 0);
  void add_queue(std::uint32_t id, takt_band band = TAKT_BAND_NORMAL, bool save_area = true);
  // Puts a request on the control ring and returns the status of its completion record.
  std::uint32_t control(const takt_job_slot& slot);

  // Queues a slot; written to the ring as soon as there is room.
  void submit(std::uint32_t queue, const takt_job_slot& slot);
  void submit_at(std::uint64_t ticks, std::uint32_t queue, const takt_job_slot& slot);
  // Writes a ring header.
  void make_ring(std::uint64_t address, std::uint32_t entries);

  // Runs until nothing more will happen, or until `limit` ticks. Fails the test when the loop does not come to rest.
  void run(std::uint64_t limit = kNever);
  // Iterations at the present time, until there is nothing to do.
  void settle();
  void pump(std::uint32_t queue);
  void collect();

  std::vector<std::uint64_t> order() const;  // job ids of completions other than the control queue's
  const takt_completion& record(std::uint64_t job) const;
  std::vector<LogEvent> events(std::uint64_t job) const;

  FakeSoc soc;
  Hal hal;
  Journal journal{};
  std::unique_ptr<Firmware> firmware;
  std::vector<takt_completion> completions;
  bool hold_completions = false;  // the driver does not empty the completion ring

 private:
  const takt_boot_info info_;
  std::uint32_t entries_;
  std::map<std::uint32_t, std::deque<takt_job_slot>> backlog_;
};

}  // namespace takt::firmware::test
