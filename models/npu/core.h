// One core of the NPU while a job has it, without SystemC: its command lists, engines, scratchpad and semaphores, and
// its part of the job. The job's stay (stay.h) tells it what to do next; it tells when it is done.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "firmware/abi/abi.h"
#include "models/base/ledger.h"
#include "models/npu/config.h"
#include "models/npu/context.h"
#include "models/npu/cost.h"
#include "models/npu/functions.h"
#include "models/npu/job.h"
#include "models/npu/observer.h"
#include "models/npu/scratchpad.h"
#include "models/npu/sequencer.h"
#include "models/units/clock.h"

namespace takt::npu {

// Where the front end reads, one read at a time in each.
enum Slot : std::uint32_t {
  fetch_slot = 0,                    // + engine: commands
  control_slot = TAKT_ENGINE_COUNT,  // header, cuts, save header
  table_slot,                        // core parts, live ranges
  parameter_slot,
  entry_slot,  // + DMA list: entries of a table
  slots = entry_slot + 2,
};

class Core {
 public:
  // `shared` and `job` outlive the core. Before the job's own commands write it, its scratchpad holds a pattern.
  Core(std::uint32_t number, Shared& shared, Job& job);

  // The job's part -------------------------------------------------------------------------------------------------
  void set_part(const takt_core_part& part) { part_ = part; }
  void read(std::uint32_t slot, std::uint64_t address, void* to, std::uint32_t bytes,
            std::uint64_t Counters::*purpose = &Counters::front_end_bytes);
  // Whether nothing is being read into `slot`; frees it where the read is complete.
  bool over(std::uint32_t slot, units::Time now) { return !pending_[slot].active || take(slot, now); }

  void read_cuts();
  void read_live_ranges();
  // Whether what they refer to exists.
  bool tables_hold() const;
  void begin_run(units::Time now);

  // Cuts.
  bool before_cut(std::uint32_t cut) const;  // no list has passed it
  void stop_at_cut(std::uint32_t cut);
  std::uint64_t save_end(std::uint32_t cut) const;  // in the save area
  void begin_save(std::uint32_t cut);
  void end_save() { move_live_ranges(true); }
  // Leaves `save_` empty where the area has no room for it.
  void read_save_header();
  // Whether the save header fits the program.
  bool save_holds() const;
  std::uint32_t saved_cut() const { return save_.cut; }
  bool saved_mid_command() const {
    return save_.magic == TAKT_SAVE_MAGIC && (save_.flags & TAKT_SAVE_MID_COMMAND) != 0;
  }
  void begin_restore();
  void end_restore() { move_live_ranges(false); }
  // Constants loaded before the cut are loaded again: the list of commands that did, then the loads.
  bool read_refetch_list();  // false: none
  bool begin_refetch();      // false: a command that cannot be done again
  void end_refetch();
  // Whether moves of a save, restore or refetch are over.
  bool moved(units::Time now);

  // Forced stops (core_context.cpp). What the engines and lists are doing is noted; drop() then ends it.
  void note(std::uint32_t first_cut, units::Time now);
  // Of the scratchpad its first `scratchpad` bytes.
  void begin_forced_save(std::uint32_t scratchpad);
  void read_context();
  void take_context();                  // that has been read
  std::uint32_t check_context() const;  // a takt_status
  void begin_forced_restore();
  const takt_parameters& saved_parameters() const { return context_.parameters; }
  std::uint32_t saved_first_cut() const { return context_.first_cut; }

  // Work -----------------------------------------------------------------------------------------------------------
  // Does what is due. True when anything changed.
  bool work(units::Time now);
  // A takt_status; not OK: the job cannot go on, and fault() says where.
  std::uint32_t status() const { return status_; }
  std::uint32_t fault() const { return fault_; }
  // Every list stands at its limit and no engine is at work.
  bool quiesced() const;
  bool finished() const;
  // Another core has posted.
  void post(std::uint16_t semaphore, std::uint32_t count) { semaphore_[semaphore] += count; }
  // Engines and lists are dropped, whatever they do.
  void drop(units::Time now);

  // The transfer of that kind (see core_transfers.cpp) delivers its data until `last`.
  void answered(std::uint64_t cookie, units::Time last);
  units::Time next_time(units::Time now) const;

 private:
  struct ComputeEngine {
    bool busy = false;
    bool working = false;    // past the overhead
    bool hangs = false;      // never gets there
    std::uint64_t left = 0;  // when it began, beside its dispatch, in 1/65536 cycles
    units::Cycles alone;     // that it takes without others on the scratchpad
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
    std::deque<DmaCommand> again;  // dropped at a forced stop, before what the list has next
    units::Time ready;             // next descriptor may be set up
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

  enum class Issue : std::uint8_t { done, later, bad, forbidden };

  struct Standing {  // an engine between two commands
    units::Time idle_since;
    Stall reason = Stall::front_end;
  };

  // core_engines.cpp
  bool issue(std::uint32_t engine, units::Time now);
  Issue issue_dma(std::uint32_t engine, const takt_command& command, units::Time now);
  bool issue_again(std::uint32_t engine, units::Time now);
  Transfer transfer_of(const takt_command& command, std::uint64_t address) const;
  bool locate(std::uint32_t engine, const takt_dma_body& body, units::Time now, std::uint64_t& base);
  bool entry_exists(std::uint32_t engine, const takt_dma_body& body) const;
  void end_short_loop(std::uint32_t engine, const takt_command& end, units::Time now);
  void post_missing_turns(const DmaCommand& posts);
  void issue_compute(std::uint32_t engine, const takt_command& command, units::Time now);
  Cost cost_of(const takt_command& command) const;
  std::uint64_t work_of(const Cost& cost) const { return cost.cycles + shared_.config.dispatch_cycles; }
  bool waits_hold(const takt_command& command, std::uint32_t engine);
  bool retire_dma(std::uint32_t engine, units::Time now);
  bool retire_compute(std::uint32_t engine, units::Time now);
  CommandRecord record_compute(std::uint32_t engine, units::Time now) const;
  CommandRecord record_dma(std::uint32_t engine, const DmaCommand& command, units::Time now) const;
  void retire(const CommandRecord& record, const takt_command& command, units::Time now);
  void tell(CommandRecord record) const;
  void post(const takt_command& command, std::uint16_t semaphore, std::uint32_t count);
  void charge(base::Ledger::EventId event, const takt_command& command, std::uint64_t n);
  void account(const takt_command& command, const Cost& cost);
  void fail(std::uint32_t engine, std::uint32_t status);
  void update_dma_share(units::Time now);

  // core_context.cpp
  void note_compute(std::uint32_t user, units::Time now);
  void note_dma(std::uint32_t list, units::Time now);
  bool holds(const SavedCompute& saved, std::uint32_t user) const;
  std::uint32_t check_dropped(std::uint32_t list, const SavedDma& saved) const;
  void go_on(units::Time now);
  void go_on_computing(std::uint32_t user, units::Time now);
  std::uint64_t context_area() const;
  SavedDma* saved_dma(std::uint32_t list) { return saved_dma_.data() + list * config_.dma.commands_in_flight; }
  const SavedDma* saved_dma(std::uint32_t list) const {
    return saved_dma_.data() + list * config_.dma.commands_in_flight;
  }
  std::uint64_t saved_accumulators() const;

  // core_transfers.cpp
  bool fetch_commands();
  bool collect_fetches(units::Time now);
  std::uint64_t submit(Transfer transfer, std::uint64_t kind);
  std::uint64_t submit_dma(std::uint32_t list, Transfer transfer);
  void move_in_background(bool write, std::uint64_t address, std::uint32_t bytes, unsigned char* data);
  bool take(std::uint32_t slot, units::Time now);

  // core_contents.cpp: what the scratchpad holds; nothing without functions
  void give_contents();
  void move_rows(bool write, const takt_dma_body& body, std::uint64_t address, std::uint64_t scratchpad);
  void move_live_ranges(bool write);
  void run_function(const takt_command& command);

  std::uint64_t save_area() const { return job_.registers.save_area + part_.save_offset; }

  const std::uint32_t number_;
  Shared& shared_;
  const CoreConfig& config_;  // of its kind
  const CoreEvents& events_;
  const units::ClockDomain& clock_;
  Job& job_;
  Counters& counters_;

  takt_core_part part_{};
  std::vector<takt_cut> cuts_;
  std::vector<takt_live_range> live_ranges_;
  takt_save_header save_{};
  Context context_;
  std::vector<SavedDma> saved_dma_;   // of both lists
  std::vector<unsigned char> state_;  // context_ and saved_dma_ on their way
  std::vector<takt_command> refetch_;
  std::array<std::uint32_t, TAKT_SEMAPHORES> semaphore_{};
  std::array<Stall, TAKT_SEMAPHORES> poster_{};

  std::array<Sequencer, TAKT_ENGINE_COUNT> lists_;
  std::array<ComputeEngine, 2> compute_;  // tensor, vector
  std::array<DmaList, 2> dma_;            // in, out
  std::array<TableLine, 2> table_lines_;  // by DMA list
  std::array<Standing, TAKT_ENGINE_COUNT> standing_;
  Scratchpad scratchpad_;
  std::vector<unsigned char> contents_;  // of the scratchpad, with functions

  std::uint32_t status_ = TAKT_STATUS_OK;
  std::uint32_t fault_ = 0;
  std::array<Pending, slots> pending_;
  std::array<std::vector<takt_command>, TAKT_ENGINE_COUNT> fetch_buffer_;
  std::uint32_t background_pending_ = 0;  // saves, restores, refetches under way
  std::vector<units::Time> background_;   // their answered ends
};

}  // namespace takt::npu
