// Runs a program's command lists in one legal order after another, as hardware may: lists in order each, compute
// engines one command at a time, DMA lists with several commands in flight that retire in order. Finds races, deadlocks
// and reads of the wrong bytes.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "sim/compiler/program.h"
#include "tests/compiler/segments.h"

namespace takt::compiler::test {

using Positions = std::array<std::uint32_t, TAKT_ENGINE_COUNT>;

constexpr std::int32_t nobody = -1;  // bytes that no command has written

// Which command wrote what a command read: (segment, writer) in order of access. Commands are engine << 24 | index.
using Reads = std::vector<std::pair<std::uint32_t, std::int32_t>>;

class ListMachine {
 public:
  ListMachine(const Program& program, const Segments& segments, std::uint64_t seed);

  // An engine that does something only when no other can: it lags as far behind as the waits allow. No engine: none
  // does.
  void set_lazy(std::size_t engine) { lazy_ = engine; }

  // Runs until every list stands at its limit and nothing is in flight. Empty, or what went wrong.
  std::string run_to(const Positions& limits);

  // As a preemption at a cut leaves the scratchpad: live ranges stay, refetched constants come back, all else is lost.
  void lose_scratchpad(const takt_cut& cut);

  // From now on every command must read what these say; without it, reads are only recorded.
  void expect(const std::array<std::vector<Reads>, TAKT_ENGINE_COUNT>& reads) { expected_ = &reads; }
  const std::array<std::vector<Reads>, TAKT_ENGINE_COUNT>& reads() const { return reads_; }
  void reseed(std::uint64_t seed) { random_ = seed * 2 + 1; }

 private:
  bool waits_hold(const takt_command& command) const;
  bool may_start(std::size_t engine, const Positions& limits) const;
  std::string start(std::size_t engine);
  void retire(std::size_t engine);
  std::string conflict(std::size_t engine, std::uint32_t index) const;
  std::uint64_t next_random();

  const Program& program_;
  const Segments& segments_;
  std::uint64_t random_;
  std::size_t lazy_ = TAKT_ENGINE_COUNT;
  Positions next_{};
  std::array<std::deque<std::uint32_t>, TAKT_ENGINE_COUNT> flying_;
  std::array<std::uint32_t, TAKT_SEMAPHORES> semaphores_{};
  std::vector<std::int32_t> writer_;    // by segment
  std::vector<std::uint16_t> readers_;  // in flight, by segment
  std::vector<std::uint16_t> writers_;
  std::array<std::vector<Reads>, TAKT_ENGINE_COUNT> reads_;
  const std::array<std::vector<Reads>, TAKT_ENGINE_COUNT>* expected_ = nullptr;
};

std::string name_of_command(const Program& program, std::size_t engine, std::uint32_t index);

}  // namespace takt::compiler::test
