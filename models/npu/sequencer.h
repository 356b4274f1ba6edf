// One engine's command list as the front end sees it: what has been fetched, where the engine stands, one loop level.
#pragma once

#include <cstdint>
#include <vector>

#include "firmware/abi/abi.h"

namespace takt::npu {

class Sequencer {
 public:
  struct Fetch {
    std::uint32_t first = 0;
    std::uint32_t count = 0;  // 0: nothing to fetch now
  };

  // A list of `commands` at `address`, to be run from `position`.
  void start(std::uint64_t address, std::uint32_t commands, std::uint32_t position);
  void clear() { start(0, 0, 0); }

  // Stops before command `limit` (a cut's position).
  void set_limit(std::uint32_t limit) { limit_ = limit; }
  bool at_limit() const { return next_ >= limit_; }
  bool finished() const { return next_ >= commands_; }
  std::uint32_t position() const { return next_; }
  std::uint32_t loop_index() const { return loop_.index; }
  std::uint64_t address() const { return address_; }

  // The command at the position, or null when the list stops here or the command has not arrived.
  const takt_command* peek() const;
  bool waiting_for_fetch() const { return !at_limit() && peek() == nullptr; }

  // Steps over the command at the position: an engine's command, LOOP_BEGIN or LOOP_END.
  // Returns a takt_status: UNSUPPORTED for what this front end does not run, BAD_COMMAND for a malformed list.
  std::uint32_t advance();

  // The next batch to fetch, at most `batch` commands and at most two batches ahead; call fetching() when it is under
  // way.
  Fetch wanted(std::uint32_t batch) const;
  void fetching() { in_flight_ = true; }
  void fetched(const takt_command* commands, std::uint32_t count);

 private:
  struct Loop {
    bool active = false;
    std::uint32_t begin = 0;  // position of LOOP_BEGIN
    std::uint32_t trips = 0;
    std::uint32_t index = 0;
  };

  void drop_consumed();

  std::uint64_t address_ = 0;
  std::uint32_t commands_ = 0;
  std::uint32_t limit_ = 0;
  std::uint32_t next_ = 0;
  std::uint32_t first_ = 0;  // index of window_[0]
  std::vector<takt_command> window_;
  bool in_flight_ = false;
  Loop loop_;
};

// Whether a command may run on `engine`: opcode, reserved fields, operand ranges. A takt_status.
std::uint32_t check_command(const takt_command& command, std::uint32_t engine, std::uint32_t scratchpad_bytes);

}  // namespace takt::npu
