// Holds the firmware to what it may touch: registers that exist, with the access that they allow, and of shared memory
// what the driver has handed over. It knows what the firmware knows, the boot information and what has passed by on the
// bus since, so a range opens when the firmware has read of it and closes when its answer is written:
//   rings          of the boot information and of CREATE_QUEUE: the header, slots between head and tail
//   programs       header, cost table, cuts, live ranges and parts of further cores, from REGISTER_PROGRAM on
//   a job's slot   the parameter block that it names, until its completion record
//   a fence's      its word, until a slot behind it is answered
//   telemetry      areas of SET_LOG and SET_METRICS, of DUMP_STATE and RESET_ENGINES until their answer; their headers
//                  also to read, where a restarted firmware goes on
// Save areas and window tables are the hardware's to read: the firmware hands on those of the job's own queue.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <string>
#include <vector>

#include "firmware/abi/boot.h"
#include "firmware/abi/program.h"
#include "firmware/abi/registers.h"
#include "firmware/abi/ring.h"
#include "sim/observe/ring_watch.h"

namespace takt::observe {

class BusMonitor {
 public:
  // `report` is called with what the firmware did and why it must not.
  using Report = std::function<void(const std::string&)>;
  BusMonitor(const takt_boot_info& info, Report report);

  // The firmware boots warm, with rings that hold nothing. What it asked for and was not answered, it may have.
  void restarted();

  // Both once the access is done. Of shared memory 1 to 4096 bytes at once.
  void register_access(bool write, std::uint32_t address, std::uint32_t value);
  void memory_access(bool write, std::uint64_t address, const void* data, std::uint32_t bytes);

 private:
  struct Range {
    std::uint64_t begin = 0, bytes = 0;
    bool write = false;
    bool contains(const BusAccess& access) const {
      return access.write == write && access.address >= begin && access.address - begin < bytes &&
             access.bytes <= bytes - (access.address - begin);
    }
  };
  // What a request asks for, from when its slot was read; for good once it was answered as OK.
  static constexpr std::uint64_t granted = 0;
  struct Held {
    std::uint64_t serial = granted;  // of the slot
    std::uint64_t position = 0;      // in its queue
    takt_job_slot slot{};
    Range range;  // that it lends
  };
  struct Queue {
    explicit Queue(std::uint64_t base) : ring(base) {}
    SubmissionWatch ring;
    std::uint64_t serial = granted;
    std::uint32_t number = 0;
    bool control = false;
    takt_create_queue_slot request{};
    std::deque<Held> held;  // read, and not yet answered; by position
  };
  struct Program {
    std::uint64_t serial = granted;
    std::uint32_t id = 0;
    std::uint64_t address = 0;
    std::array<std::uint8_t, sizeof(takt_program_header)> header{};  // as read so far
  };
  struct Telemetry {
    std::uint64_t serial = granted;
    std::uint32_t type = 0;  // SET_LOG or SET_METRICS
    Range range;
  };

  void add_control(std::uint32_t number, std::uint64_t base);
  bool allowed(const BusAccess& access);
  bool in_program(Program& program, const BusAccess& access) const;
  void take(Queue& queue, std::uint64_t position, const takt_job_slot& slot);
  void take_job(Held& held) const;
  void take_request(Held& held);
  void take_area(Held& held);
  void complete(const takt_completion& record);
  void conclude(const Held& held, bool ok);
  void close(std::uint32_t number);
  void release(std::uint32_t context);
  std::string reason(const BusAccess& access) const;

  std::string refusal(bool write, std::uint32_t address) const;
  void start(std::uint32_t hardware_queue);
  bool holds_job(std::uint32_t hardware_queue) const;

  const takt_boot_info info_;
  const Report report_;
  CompletionWatch completions_;
  std::list<Queue> queues_;
  std::list<Program> programs_;
  std::list<Telemetry> telemetry_;
  bool restarted_ = false;
  std::uint64_t next_serial_ = granted + 1;
  std::uint32_t noc_ports_ = 0;                                           // as the firmware has read
  std::array<std::array<std::uint32_t, 16>, TAKT_NPU_MAX_QUEUES> npu_{};  // registers of hardware queues, as written
  std::array<std::uint64_t, TAKT_NPU_MAX_QUEUES> windows_{};
};

}  // namespace takt::observe
