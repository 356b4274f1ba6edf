// One engine's command list as the front end sees it: what has been fetched, where the engine stands, in which turns of
// which loops, and what a command comes to there.
#pragma once

#include <cstdint>
#include <vector>

#include "firmware/abi/abi.h"
#include "models/npu/context.h"

namespace takt::npu {

class Sequencer {
 public:
  struct Fetch {
    std::uint32_t first = 0;
    std::uint32_t count = 0;  // 0: nothing to fetch now
  };

  // A list of `commands` at `address`, to be run from `position`. Without parameters, loops and extents are as large as
  // they get.
  void start(std::uint64_t address, std::uint32_t commands, std::uint32_t position,
             const takt_parameters* parameters = nullptr);
  void clear() { start(0, 0, 0); }
  // The loops around the position, and into them again: call after start, of a state that holds.
  SavedList save() const;
  void restore(const SavedList& saved);
  static bool holds(const SavedList& saved, std::uint32_t position, std::uint32_t commands);

  // Stops before command `limit` (a cut's position).
  void set_limit(std::uint32_t limit) { limit_ = limit; }
  bool at_limit() const { return next_ >= limit_; }
  bool finished() const { return next_ >= commands_; }
  std::uint32_t position() const { return next_; }
  // Turn of the innermost loop.
  std::uint32_t index() const { return loops_.empty() ? 0 : loops_.back().index; }
  std::uint64_t address() const { return address_; }

  // The command at the position, or null when the list stops here or the command has not arrived.
  const takt_command* peek() const;
  bool waiting_for_fetch() const { return !at_limit() && peek() == nullptr; }
  // The command at the position belongs to a loop without turns: to be stepped over.
  bool skipping() const { return skipped_ > 0; }

  // The command at the position as it is to be done now: waits, addresses and extents of this turn, a NOP where its
  // extent is 0. Refers to the command itself or to `room`.
  const takt_command& resolve(takt_command& room) const;
  // Entry of a DMA command's table.
  std::uint64_t entry(const takt_dma_body& body) const;

  // Steps over the command at the position: an engine's command, LOOP_BEGIN or LOOP_END.
  // Returns a takt_status: UNSUPPORTED for what this front end does not run, BAD_COMMAND for a malformed list.
  std::uint32_t advance();
  // Turns that the loop which the last advance() ended had less than it may have.
  std::uint32_t missing_turns() const { return missing_; }

  // The next batch to fetch, at most `batch` commands and at most two batches ahead; call fetching() when it is under
  // way.
  Fetch wanted(std::uint32_t batch) const;
  void fetching() { in_flight_ = true; }
  void fetched(const takt_command* commands, std::uint32_t count);

 private:
  std::uint32_t begin_loop(const takt_loop_body& body);
  std::uint32_t end_loop();
  std::uint32_t trips_of(const takt_loop_body& body) const;
  std::int64_t value(std::uint32_t parameter) const { return parameters_->value[parameter]; }
  void add_turns(takt_command& command) const;
  void set_extent(takt_command& command) const;
  void drop_consumed();

  std::uint64_t address_ = 0;
  std::uint32_t commands_ = 0;
  std::uint32_t limit_ = 0;
  std::uint32_t next_ = 0;
  std::uint32_t first_ = 0;  // index of window_[0]
  std::vector<takt_command> window_;
  bool in_flight_ = false;
  std::vector<SavedLoop> loops_;  // outermost first
  std::uint32_t skipped_ = 0;     // loops around the position from one without turns inwards
  std::uint32_t missing_ = 0;
  const takt_parameters* parameters_ = nullptr;
};

// Whether a command may run on `engine`: opcode, reserved fields, operand ranges. A takt_status.
std::uint32_t check_command(const takt_command& command, std::uint32_t engine, std::uint32_t scratchpad_bytes);

}  // namespace takt::npu
