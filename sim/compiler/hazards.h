// Who touched which bytes last, and what a new command must therefore wait for.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "sim/compiler/program.h"

namespace takt::compiler {

// Retired commands per engine; the value of the engine's semaphore.
using Counts = std::array<std::uint32_t, TAKT_ENGINE_COUNT>;

void raise(Counts& counts, const Counts& other);  // the larger of each

class Hazards {
 public:
  // Counts to wait for before a command with these accesses may start: a read waits for the writer, a write for the
  // writer and all readers since.
  Counts required(const std::vector<Access>& accesses) const;

  // The command is number `count` of its engine (from 1).
  void record(const std::vector<Access>& accesses, std::uint32_t engine, std::uint32_t count);

 private:
  struct Bytes {
    std::uint64_t end = 0;
    Counts written{};  // the last writer alone
    Counts read{};     // readers since
  };
  using Map = std::map<std::uint64_t, Bytes>;  // by begin; disjoint

  static Map::iterator split(Map& map, std::uint64_t at);
  static void fill(Map& map, std::uint64_t begin, std::uint64_t end);

  std::array<Map, 5> spaces_;  // by Access::Space
};

}  // namespace takt::compiler
