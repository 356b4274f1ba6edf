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
  explicit ListWriter(Program& program) : ListWriter(program, program, 0, 1) {}
  // Writes the part of core `core` of `cores`.
  ListWriter(Program& program, CorePart& part, std::uint32_t core, std::uint32_t cores)
      : program_(program), part_(part), core_(core), cores_(cores), stored_(cores) {}

  // Fills in engine, waits and post. The semaphore of an engine is its own number; each command posts it. Only the
  // DMA-out lists of several cores have one each, on all cores: what they post is for all.
  void push(std::uint32_t engine, takt_command command, std::vector<Access> accesses);

  // The same command in several turns: a loop of its own. `loop` states turns and parameter, `accesses` are those of
  // all turns.
  void push_loop(std::uint32_t engine, const takt_loop_body& loop, takt_command command, std::vector<Access> accesses);

  // The next command of this engine waits for these as well.
  void also_wait(std::uint32_t engine, const Counts& counts) { raise(extra_[engine], counts); }

  // What the DMA-in list does next waits for so many retirements of another core's DMA-out list.
  void await_stores(std::uint32_t core, std::uint32_t count, std::uint32_t layer);

  Counts positions() const;                              // commands in the lists
  const Counts& retirements() const { return posted_; }  // what their semaphores count to

 private:
  Counts waits_for(std::uint32_t engine, std::uint32_t layer, const std::vector<Access>& accesses);
  void drop_implied(std::uint32_t engine, Counts& waits) const;
  void append(std::uint32_t engine, takt_command command, std::vector<Access> accesses, const Counts& waits);
  void place(std::uint32_t engine, takt_command command, const Counts& waits);
  void retires(std::uint32_t engine, std::uint32_t times, const std::vector<Access>& accesses);

  std::uint16_t semaphore(std::size_t engine) const;
  static std::uint16_t store_semaphore(std::uint32_t core);

  Program& program_;
  CorePart& part_;
  const std::uint32_t core_, cores_;
  std::vector<std::uint32_t> stored_;  // by core: what the DMA-in list has waited for
  Hazards hazards_;
  Counts posted_{};
  std::array<Counts, TAKT_ENGINE_COUNT> extra_{};
  std::array<Counts, TAKT_ENGINE_COUNT> known_{};  // what has retired for certain when the engine's next command starts
  std::array<std::vector<Counts>, TAKT_ENGINE_COUNT> known_at_start_;
};

}  // namespace takt::compiler
