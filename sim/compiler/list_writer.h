// Appends commands to the four lists with the waits that their accesses demand. Commands are given in one sequential
// order; every wait points backwards in it, so the lists cannot deadlock and may be cut between any two commands.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/compiler/hazards.h"
#include "sim/compiler/program.h"

namespace takt::compiler {

class ListWriter {
 public:
  explicit ListWriter(Program& program) : program_(program) {}

  // Fills in engine, waits and post. The semaphore of an engine is its own number; each command posts it.
  void push(std::uint32_t engine, takt_command command, std::vector<Access> accesses);

  // The same command in several turns: a loop of its own. `loop` states turns and parameter, `accesses` are those of
  // all turns.
  void push_loop(std::uint32_t engine, const takt_loop_body& loop, takt_command command, std::vector<Access> accesses);

  // The next command of this engine waits for these as well.
  void also_wait(std::uint32_t engine, const Counts& counts) { raise(extra_[engine], counts); }

  Counts positions() const;                              // commands in the lists
  const Counts& retirements() const { return posted_; }  // what their semaphores count to

 private:
  Counts waits_for(std::uint32_t engine, std::uint32_t layer, const std::vector<Access>& accesses);
  void drop_implied(std::uint32_t engine, Counts& waits) const;
  void append(std::uint32_t engine, takt_command command, std::vector<Access> accesses, const Counts& waits);
  void place(std::uint32_t engine, takt_command command, const Counts& waits);
  void retires(std::uint32_t engine, std::uint32_t times, const std::vector<Access>& accesses);

  Program& program_;
  Hazards hazards_;
  Counts posted_{};
  std::array<Counts, TAKT_ENGINE_COUNT> extra_{};
  std::array<Counts, TAKT_ENGINE_COUNT> known_{};  // what has retired for certain when the engine's next command starts
  std::array<std::vector<Counts>, TAKT_ENGINE_COUNT> known_at_start_;
};

}  // namespace takt::compiler
