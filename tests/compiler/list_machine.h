// Runs a program's command lists, those of all its cores, in one legal order after another, as hardware may: lists in
// order each, compute engines one command at a time, DMA lists with several commands in flight that retire in order.
// Finds races, deadlocks and reads of the wrong bytes. Lists are numbered as in segments.h.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "sim/compiler/program.h"
#include "tests/compiler/segments.h"

namespace takt::compiler::test {

using Positions = std::vector<std::uint32_t>;  // by list

constexpr std::int32_t nobody = -1;  // bytes that no command has written

// Which command wrote what a command read: (segment, writer) in order of access. Commands are list << 24 | index.
using Reads = std::vector<std::pair<std::uint32_t, std::int32_t>>;

class ListMachine {
 public:
  ListMachine(const Program& program, const Segments& segments, std::uint64_t seed);

  // A list that does something only when no other can: it lags as far behind as the waits allow. No list: none does.
  void set_lazy(std::size_t list) { lazy_ = list; }

  // Runs until every list stands at its limit and nothing is in flight. Empty, or what went wrong.
  std::string run_to(const Positions& limits);

  // As a preemption at a cut leaves the scratchpads: live ranges stay, refetched constants come back, all else is lost.
  void lose_scratchpads(std::size_t cut);

  // From now on every command must read what these say; without it, reads are only recorded.
  void expect(const std::vector<std::vector<Reads>>& reads) { expected_ = &reads; }
  const std::vector<std::vector<Reads>>& reads() const { return reads_; }
  void reseed(std::uint64_t seed) { random_ = seed * 2 + 1; }

 private:
  bool waits_hold(std::size_t list) const;
  bool may_start(std::size_t list, const Positions& limits) const;
  std::string start(std::size_t list);
  void retire(std::size_t list);
  void lose_scratchpad(std::uint32_t core, const takt_cut& cut);
  std::string conflict(std::size_t list, std::uint32_t index) const;
  std::uint64_t next_random();

  const Program& program_;
  const Segments& segments_;
  std::uint64_t random_;
  std::size_t lazy_;
  Positions next_;
  std::vector<std::deque<std::uint32_t>> flying_;
  std::vector<std::array<std::uint32_t, TAKT_SEMAPHORES>> semaphores_;  // by core
  std::vector<std::size_t> choices_;
  std::vector<std::int32_t> writer_;    // by segment
  std::vector<std::uint16_t> readers_;  // in flight, by segment
  std::vector<std::uint16_t> writers_;
  std::vector<std::vector<Reads>> reads_;
  const std::vector<std::vector<Reads>>* expected_ = nullptr;
};

std::string name_of_command(const Program& program, std::size_t list, std::uint32_t index);

}  // namespace takt::compiler::test
