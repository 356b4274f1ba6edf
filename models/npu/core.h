// The NPU's front end and engines, without SystemC: hardware queues, job life, command issue and retirement.
// The module around it (npu.h) owns registers and sockets and calls evaluate() at the times this core asks for.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "firmware/abi/abi.h"
#include "models/base/ledger.h"
#include "models/npu/config.h"
#include "models/npu/cost.h"
#include "models/npu/functions.h"
#include "models/npu/observer.h"
#include "models/npu/scratchpad.h"
#include "models/npu/sequencer.h"
#include "models/units/clock.h"

namespace takt::npu {

enum class Port : std::uint8_t { dma_in, dma_out, front_end };
constexpr std::uint32_t port_count = 3;

// A transfer that the core asks its surroundings for. The answer is answered(cookie, ...), at any time after submit.
struct Transfer {
  Port port = Port::front_end;
  bool write = false;
  bool allocate = false;  // worth a place in the system cache
  std::uint8_t qos = 0;
  base::Owner owner = 0;
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

// Counts over the whole run, settled at retirement.
struct Counters {
  std::array<units::Time, TAKT_ENGINE_COUNT> busy;
  std::array<std::uint64_t, TAKT_ENGINE_COUNT> commands{};
  std::uint64_t useful_macs = 0;
  std::uint64_t padding_macs = 0;
  std::uint64_t recomputed_macs = 0;
  std::uint64_t constant_bytes = 0;  // DMA in, by purpose
  std::uint64_t activation_bytes_in = 0;
  std::uint64_t activation_bytes_out = 0;
  std::uint64_t save_bytes = 0;  // live ranges and headers out
  std::uint64_t restore_bytes = 0;
  std::uint64_t refetch_bytes = 0;
  std::uint64_t front_end_bytes = 0;  // headers, tables and commands
  std::uint64_t preemptions = 0;
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
};

class Core {
 public:
  Core(const Config& config, DataPath& path, base::Ledger& ledger);

  void set_observer(Observer* observer) { observer_ = observer; }
  // From now on the scratchpad has contents, DMA moves them and compute commands run their functions, each once, when
  // it retires. Before a job's own commands write it, the scratchpad holds a pattern.
  void compute(Functions& functions);

  // Register side. `control` is a takt_npu_control; requests that do not fit the queue's state are ignored.
  void control(std::uint32_t queue, const QueueRegisters& registers, std::uint32_t control, units::Time now);
  void reset(units::Time now);
  std::uint32_t state(std::uint32_t queue) const { return queues_[queue].state; }
  std::uint32_t status(std::uint32_t queue) const { return queues_[queue].status; }
  std::uint32_t fault(std::uint32_t queue) const { return queues_[queue].fault; }
  std::uint32_t progress(std::uint32_t queue) const { return queues_[queue].progress; }
  std::uint32_t cut(std::uint32_t queue) const { return queues_[queue].cut; }
  // Queues that stopped since the last call, as a bit mask.
  std::uint32_t take_stopped() { return std::exchange(stopped_, 0u); }

  // Whether the answer to `cookie` still matters: a reset or the job's end drops what was under way.
  bool expects(std::uint64_t cookie) const { return cookie >> 40 == generation_; }
  // The transfer `cookie` delivers its data between `first` and `last`, both in the future or now. Call evaluate after.
  void answered(std::uint64_t cookie, units::Time first, units::Time last, bool ok);

  // Does everything due at `now`; next_time() is then later than `now`, or never.
  void evaluate(units::Time now);
  units::Time next_time() const;

  const Counters& counters() const { return counters_; }

 private:
  enum class Phase : std::uint8_t { none, header, tables, save_header, restore, refetch_list, refetch, run, save };

  struct Queue {
    std::uint32_t state = TAKT_NPU_IDLE;
    std::uint32_t status = TAKT_STATUS_OK;
    std::uint32_t fault = 0;
    std::uint32_t progress = 0;
    std::uint32_t cut = 0;
    bool resume = false;
    QueueRegisters registers;
  };

  struct ComputeEngine {
    bool busy = false;
    bool working = false;  // past the overhead
    takt_command command{};
    Cost cost;
    units::Time begin;
    units::Time work;
    units::Cycles overhead_end;
  };

  struct DmaCommand {
    takt_command command{};
    std::uint64_t address = 0;
    std::uint64_t scratchpad = 0;
    std::uint64_t bytes = 0;
    std::uint64_t cookie = 0;
    std::uint32_t missing_turns = 0;  // a loop's end that posts for these, and moves nothing
    bool answered = false;
    units::Time begin, last;
    units::Time idle_since;
    Stall stall = Stall::none;
  };

  struct DmaList {
    std::deque<DmaCommand> in_flight;
    units::Time ready;  // next descriptor may be set up
  };

  struct Pending {  // a read of the front end
    bool active = false;
    bool answered = false;
    units::Time last;
  };

  struct TableLine {  // entries of a table that are at hand, 64 bytes
    std::uint32_t table = TAKT_NO_TABLE;
    std::uint64_t number = 0;
    std::array<std::uint64_t, 8> entries{};
  };

  enum class Issue : std::uint8_t { done, later, bad };

  struct Standing {  // an engine between two commands
    units::Time idle_since;
    Stall reason = Stall::front_end;
  };

  // core_jobs.cpp
  void activate_next(units::Time now);
  void step_job(units::Time now);
  void on_header(units::Time now);
  bool tables_hold() const;
  void begin_run(units::Time now);
  void on_save_header(units::Time now);
  void restore(units::Time now);
  void refetch(units::Time now);
  void request_preempt(units::Time now);
  void choose_cut();
  void begin_save(units::Time now);
  void stop_job(std::uint32_t state, std::uint32_t status, JobEvent event, units::Time now);
  void drop_engines(units::Time now);
  bool quiesced() const;
  bool all_finished() const;

  // core_engines.cpp
  bool issue(std::uint32_t engine, units::Time now);
  Issue issue_dma(std::uint32_t engine, const takt_command& command, units::Time now);
  bool locate(std::uint32_t engine, const takt_dma_body& body, units::Time now, std::uint64_t& address);
  bool entry_exists(std::uint32_t engine, const takt_dma_body& body) const;
  void end_short_loop(std::uint32_t engine, const takt_command& end, units::Time now);
  void post_missing_turns(const DmaCommand& posts);
  void issue_compute(std::uint32_t engine, const takt_command& command, units::Time now);
  bool waits_hold(const takt_command& command, std::uint32_t engine);
  bool retire_dma(std::uint32_t engine, units::Time now);
  bool retire_compute(std::uint32_t engine, units::Time now);
  void retire(const CommandRecord& record, const takt_command& command, units::Time now);
  void account(const takt_command& command, const Cost& cost);
  void fault(std::uint32_t engine, std::uint32_t status, units::Time now);
  void update_dma_share(units::Time now);

  // core_transfers.cpp
  bool fetch_commands(units::Time now);
  std::uint64_t submit(Transfer transfer, std::uint64_t kind);
  std::uint64_t submit_dma(std::uint32_t list, Transfer transfer);
  void move_in_background(bool write, std::uint64_t address, std::uint32_t bytes, unsigned char* data);
  void read(std::uint32_t slot, std::uint64_t address, void* to, std::uint32_t bytes,
            std::uint64_t Counters::*purpose = &Counters::front_end_bytes);
  bool collect_fetches(units::Time now);
  bool take(std::uint32_t slot, units::Time now);
  bool drain_background(units::Time now);

  // core_contents.cpp: what the scratchpad holds; nothing without functions
  void forget();
  void move_rows(bool write, const takt_dma_body& body, std::uint64_t address, std::uint64_t scratchpad);
  void move_live_ranges(bool write);
  void move_refetched();
  void run_function(const takt_command& command);

  void tell(JobEvent event, units::Time at);

  static constexpr std::uint32_t fetch_slot(std::uint32_t engine) { return engine; }
  static constexpr std::uint32_t control_slot = TAKT_ENGINE_COUNT;    // header, tables, save header
  static constexpr std::uint32_t table_slot = TAKT_ENGINE_COUNT + 1;  // live ranges
  static constexpr std::uint32_t parameter_slot = TAKT_ENGINE_COUNT + 2;
  static constexpr std::uint32_t entry_slot(std::uint32_t list) { return TAKT_ENGINE_COUNT + 3 + list; }
  static constexpr std::uint32_t slots = TAKT_ENGINE_COUNT + 5;

  const Config config_;
  const units::Clock clock_;
  DataPath& path_;
  base::Ledger& ledger_;
  Observer* observer_ = nullptr;
  Counters counters_;

  units::Time now_;  // of the last evaluation

  std::array<Queue, TAKT_NPU_MAX_QUEUES> queues_;
  std::deque<std::uint32_t> waiting_;  // started queues, in order
  std::uint32_t stopped_ = 0;

  // The job that owns the engines.
  std::uint32_t active_ = TAKT_NPU_MAX_QUEUES;  // none
  Phase phase_ = Phase::none;
  bool preempting_ = false;
  bool first_command_seen_ = false;
  takt_program_header header_{};
  bool parameters_given_ = false;
  takt_parameters parameters_{};
  std::vector<takt_cut> cuts_;
  std::vector<takt_live_range> live_ranges_;
  takt_save_header save_{};
  std::vector<takt_command> refetch_;
  std::array<std::uint32_t, TAKT_SEMAPHORES> semaphore_{};
  std::array<Stall, TAKT_SEMAPHORES> poster_{};

  std::array<Sequencer, TAKT_ENGINE_COUNT> lists_;
  std::array<ComputeEngine, 2> compute_;  // tensor, vector
  std::array<DmaList, 2> dma_;            // in, out
  std::array<TableLine, 2> table_lines_;  // by DMA list
  std::array<Standing, TAKT_ENGINE_COUNT> standing_;
  Scratchpad scratchpad_;
  Functions* functions_ = nullptr;
  std::vector<unsigned char> contents_;  // of the scratchpad, with functions

  bool transfer_failed_ = false;  // an address that no memory answers
  std::uint64_t generation_ = 1;
  std::uint64_t next_serial_ = 0;
  std::array<Pending, slots> pending_;
  std::array<std::vector<takt_command>, TAKT_ENGINE_COUNT> fetch_buffer_;
  std::uint32_t background_pending_ = 0;  // saves, restores, refetches under way
  std::vector<units::Time> background_;   // their answered ends

  base::Ledger::EventId mac_w8a8_, mac_w8a16_, mac_fp16_, vector_byte_, scratchpad_byte_, command_;
};

}  // namespace takt::npu
