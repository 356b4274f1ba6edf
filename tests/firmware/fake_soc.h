// The firmware's surroundings in plain C++: memory, interrupt controller, timer, mailbox and an NPU whose jobs take a
// known time. The firmware itself takes none: time passes in sleep() only, so that every tick in a test is derivable.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "firmware/abi/abi.h"
#include "firmware/hal/native/hal_port.h"
#include "firmware/kernel/timer.h"
#include "sim/observe/bus_monitor.h"

namespace takt::firmware::test {

inline constexpr std::uint64_t kDram = 0x1'0000'0000;  // above 4 GiB: high address words matter
inline constexpr std::uint64_t kDramBytes = 0xe0000;
inline constexpr std::uint64_t kSaveTicks = 5;       // from the cut to the interrupt
inline constexpr std::uint32_t kContextBytes = 256;  // of a forced save
inline constexpr std::uint32_t kCommands = 100;      // that a job retires, at equal distances

// What shall go wrong with a job, by its tag (the low word of its id).
struct Mishap {
  std::uint64_t hang_at = kNever;  // no command retires after this many ticks of its run
  bool fault = false;
  std::uint32_t fault_status = 0;
  std::uint32_t fault_word = 0;  // NPUQ.FAULT
  bool lose_interrupt = false;
  std::uint64_t restore_ticks = 0;  // before a resumed job goes on; asked to stop meanwhile it stands where it stood
  bool hang_save = false;           // what is to be saved never is
};

struct LogLine {
  LogEvent event;
  std::uint32_t queue;
  std::uint64_t job;
  std::uint64_t at;
};

class FakeSoc final : public HalPort {
 public:
  FakeSoc() : dram_(kDramBytes, 0) {}
  // From here on every access is checked against what a firmware that boots with `info` may touch.
  void monitor(const takt_boot_info& info);

  // The control processor has been held in reset: its interrupt controller, timer compare and mailbox forget.
  void restart();

  // HalPort
  std::uint32_t read(std::uint32_t address) override;
  void write(std::uint32_t address, std::uint32_t value) override;
  void load(DeviceAddr from, void* to, std::uint32_t bytes) override;
  void store(DeviceAddr to, const void* from, std::uint32_t bytes) override;
  void fence() override {}
  void cost(CostPoint point, std::uint32_t n) override { charges.push_back({point, n}); }
  void wait_for_interrupt() override;
  void log(LogEvent event, std::uint32_t queue, std::uint64_t job) override {
    lines.push_back({event, queue, job, now});
  }

  // Lets time pass until an interrupt is pending or `limit` is reached. False: neither will happen.
  bool sleep(std::uint64_t limit = kNever);
  // Runs `action` at a time not yet past.
  void at(std::uint64_t ticks, std::function<void()> action) { script_.emplace(ticks, std::move(action)); }
  void ring_doorbells(std::uint32_t bits) { doorbells_ |= bits; }
  void clear_host() { host = false; }
  // Bytes behind an address, for the test's own use.
  std::uint8_t* memory(std::uint64_t address) { return &dram_[address - kDram]; }
  template <typename T>
  void put(std::uint64_t address, const T& value);
  template <typename T>
  T get(std::uint64_t address);

  struct Stop : std::exception {};  // wait_for_interrupt() would never return

  std::uint64_t now = 0;
  bool host = false;
  std::uint32_t boot_status = 0;
  std::uint32_t boot_version = 0;
  std::uint32_t watchdog_us = 0;
  std::uint32_t kicks = 0;
  std::uint32_t host_interrupts = 0;
  std::uint32_t resets = 0;
  std::uint32_t last_first_core = 0;
  std::uint32_t last_qos = 0;
  std::uint32_t last_context = 0;
  std::uint64_t last_windows = 0;   // in force at the last start
  std::uint32_t window_writes = 0;  // to their registers
  std::uint32_t noc_ports = 9;
  std::uint32_t npu_cores = 4;
  std::uint32_t power_levels = 3;
  std::uint32_t power_level = 0;
  std::uint32_t power_state = TAKT_NPU_ON;                          // as written last, or ended by a start
  std::uint32_t hot = 0;                                            // a bit per temperature sensor
  std::uint32_t keep = 0;                                           // THERMAL.KEEP
  std::vector<std::pair<std::uint32_t, std::uint32_t>> noc_writes;  // offset and value, in order
  std::map<std::uint32_t, Mishap> mishaps;                          // by tag
  std::vector<LogLine> lines;
  std::vector<std::pair<CostPoint, std::uint32_t>> charges;
  std::vector<std::string> violations;        // of rules that any firmware must keep
  std::function<void()> after_doorbell_read;  // what another client does between the read and the acknowledgement

  // Temperature sensors were sampled.
  void sample_sensors(std::uint32_t bits) { sensors_ |= keep != 0 ? bits : bits & hot; }
  // Raises the stop interrupt of a hardware queue for no reason.
  void raise_engine_interrupt(std::uint32_t queue) { irq_status_ |= 1u << queue; }

 private:
  struct HardwareQueue {
    std::array<std::uint32_t, 16> registers{};
    std::uint32_t first_core = 0;
    std::uint32_t cores = 1;  // of its job
    std::uint32_t state = TAKT_NPU_IDLE;
    std::uint64_t run_from = 0;  // ticks of the job's run done before this stay
    std::uint64_t since = 0;     // start of this stay
    std::uint64_t stop_at = kNever;
    std::uint32_t stop_state = TAKT_NPU_DONE;
    std::uint64_t save_run = 0;  // ticks of the run at the cut being saved
    std::uint32_t frozen_progress = 0;
    bool aborted = false;
  };

  std::uint32_t read_register(std::uint32_t address);
  void write_register(std::uint32_t address, std::uint32_t value);
  std::uint32_t read_npu(std::uint32_t offset);
  void write_npu(std::uint32_t offset, std::uint32_t value);
  void control(std::uint32_t queue, std::uint32_t value);
  void start(std::uint32_t queue, bool resume);
  void preempt(std::uint32_t queue);
  void force_preempt(std::uint32_t queue);
  void abort(std::uint32_t queue);
  void stop_due();
  std::uint64_t run_ticks(const HardwareQueue& queue) const;
  std::uint32_t progress(std::uint32_t queue);
  Mishap mishap(const HardwareQueue& queue) const;
  takt_program_header program(const HardwareQueue& queue);

  std::uint32_t levels() const;
  std::uint32_t sensors_ = 0;
  std::uint32_t pending() const { return levels() & ~in_service_; }
  bool interrupt() const { return (pending() & plic_enable_) != 0 || now >= mtimecmp_; }
  std::uint64_t next_event() const;
  bool reachable(std::uint64_t address, std::uint32_t bytes);

  std::vector<std::uint8_t> dram_;
  std::optional<observe::BusMonitor> monitor_;
  std::multimap<std::uint64_t, std::function<void()>> script_;
  std::uint64_t mtimecmp_ = kNever;
  std::uint32_t plic_enable_ = 0;
  std::uint32_t in_service_ = 0;
  std::uint32_t doorbells_ = 0;
  std::uint32_t irq_status_ = 0;
  std::uint32_t irq_enable_ = 0;
  std::array<HardwareQueue, TAKT_NPU_MAX_QUEUES> queues_{};
  std::array<std::uint64_t, TAKT_NPU_MAX_QUEUES> queues_windows_{};
};

template <typename T>
void FakeSoc::put(std::uint64_t address, const T& value) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value);
  std::copy(bytes, bytes + sizeof(T), memory(address));
}

template <typename T>
T FakeSoc::get(std::uint64_t address) {
  T value;
  std::copy(memory(address), memory(address) + sizeof(T), reinterpret_cast<std::uint8_t*>(&value));
  return value;
}

}  // namespace takt::firmware::test
