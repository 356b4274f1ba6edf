// What the NPU's cores share (the way to memory, what is counted), and what a job has.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/abi/abi.h"
#include "models/base/fault_source.h"
#include "models/base/ledger.h"
#include "models/npu/config.h"
#include "models/npu/functions.h"
#include "models/npu/observer.h"
#include "models/units/clock.h"

namespace takt::npu {

enum class Port : std::uint8_t { dma_in, dma_out, front_end };
constexpr std::uint32_t port_count = 3;

// A transfer that a core asks its surroundings for. The answer is answered(cookie, ...), at any time after submit.
struct Transfer {
  Port port = Port::front_end;
  std::uint32_t core = 0;  // each has DMA ports of its own
  bool write = false;
  bool allocate = false;  // worth a place in the system cache
  std::uint8_t qos = 0;
  base::Owner owner = 0;
  base::Account account = 0;
  std::uint64_t address = 0;
  std::uint32_t row_bytes = 0;
  std::uint32_t rows = 1;
  std::uint64_t stride = 0;
  unsigned char* data = nullptr;  // null: timing only
  std::uint64_t cookie = 0;
};

class DataPath {
 public:
  virtual ~DataPath() = default;
  virtual void submit(const Transfer& transfer) = 0;
  // The bytes that timing-only transfers stand for, moved at once and without time.
  virtual void copy(bool write, std::uint64_t address, unsigned char* data, std::uint32_t bytes) = 0;
};

// Counts over the whole run and all cores, settled at retirement.
struct Counters {
  std::array<units::Time, TAKT_ENGINE_COUNT> busy;
  std::array<std::uint64_t, TAKT_ENGINE_COUNT> commands{};
  std::uint64_t useful_macs = 0;
  std::uint64_t padding_macs = 0;
  std::uint64_t recomputed_macs = 0;
  std::uint64_t constant_bytes = 0;  // DMA in, by purpose
  std::uint64_t activation_bytes_in = 0;
  std::uint64_t activation_bytes_out = 0;
  std::uint64_t save_bytes = 0;  // live ranges and headers out; of forced stops contexts and scratchpads
  std::uint64_t restore_bytes = 0;
  std::uint64_t refetch_bytes = 0;
  std::uint64_t dropped_bytes = 0;    // of DMA commands under way at a forced stop, which are done again
  std::uint64_t front_end_bytes = 0;  // headers, tables and commands
  std::uint64_t preemptions = 0;
  std::uint64_t forced_stops = 0;  // of these, in the middle of commands
  std::uint64_t jobs_done = 0;
};

// What firmware writes before CONTROL (registers NPUQ_*).
struct QueueRegisters {
  std::uint64_t program = 0;
  std::uint64_t parameters = 0;
  std::uint64_t save_area = 0;
  std::uint32_t save_bytes = 0;
  std::uint32_t context = 0;
  std::uint32_t job = 0;
  std::uint32_t qos = 0;
  std::uint64_t windows = 0;     // 0: everything may be touched
  std::uint32_t first_core = 0;  // the job's cores begin there
};

// A job on its cores.
struct Job {
  struct Post {
    std::uint32_t from;
    std::uint16_t semaphore;
    std::uint32_t count;
  };

  QueueRegisters registers;
  base::JobAccounts accounts;
  bool resume = false;
  takt_program_header header{};
  bool parameters_given = false;
  takt_parameters parameters{};
  takt_window_table windows{};  // where registers.windows says there is one
  std::uint32_t progress = 0;   // commands retired
  bool first_command_seen = false;
  std::vector<Post> posts;       // for all its other cores, not delivered yet
  std::uint64_t generation = 0;  // of its transfers; its end, or a forced stop, drops what is under way
  bool transfer_failed = false;  // an address that no memory answers

  // Whether all of [address, address + bytes) may be touched so.
  bool allows(std::uint32_t access, std::uint64_t address, std::uint64_t bytes) const;

  base::Owner owner() const { return static_cast<base::Owner>(registers.context); }
};

class StandIn;

// What the work of a core costs, of its kind.
struct CoreEvents {
  // Components of the ledger begin with `prefix`.
  CoreEvents(base::Ledger& ledger, const std::string& prefix);
  base::Ledger::EventId mac_w8a8, mac_w8a16, mac_fp16, vector_byte, scratchpad_byte, command;
};

struct Shared {
  Shared(const Config& c, DataPath& p, base::Ledger& l);

  const Config config;
  units::ClockDomain clock;
  DataPath& path;
  base::Ledger& ledger;
  const CoreEvents events;
  const std::optional<CoreEvents> small_events;  // of small cores, where there are any
  Observer* observer = nullptr;
  Functions* functions = nullptr;
  base::FaultSource* faults = nullptr;
  StandIn* stand_in = nullptr;
  base::Accountant* accountant = nullptr;
  Counters counters;
  std::uint64_t next_generation = 1;
  std::uint64_t next_serial = 0;

  void tell(const Job& job, JobEvent event, units::Time at) const;
  // Whether something goes wrong now with what a job does, and how much.
  std::uint32_t goes_wrong(base::Fault fault, const Job& job) const {
    return faults == nullptr ? 0 : faults->strikes(fault, job.owner());
  }
};

}  // namespace takt::npu
