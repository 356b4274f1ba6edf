// A program's lists played through in closed form: each engine does its commands in order, waits for semaphores, and
// works as fast as it does alone; the two DMA lists share what memory gives. Without latencies, command fetches and
// contention for the scratchpad: a lower bound that shapes estimates, not a simulation.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/compiler/program.h"
#include "sim/compiler/target.h"

namespace takt::compiler {

class Rehearsal {
 public:
  // `parameter`: the value of the program's parameter; what no parameter says is as large as it gets.
  Rehearsal(const Program& program, const Target& target, std::uint64_t parameter);

  // NPU cycles from start to end where memory gives `bytes_per_kilocycle` (> 0) in 1000 cycles. Throws
  // std::logic_error when the lists wait for each other.
  std::uint64_t run(std::uint64_t bytes_per_kilocycle);

  // Of the last run: cycles until every list had reached its position of a cut.
  std::uint64_t reached(const takt_cut& cut) const;

 private:
  struct Step {
    std::uint64_t work = 0;  // thousandths of a cycle; of a DMA command bytes x 10^6
    takt_wait waits[TAKT_WAITS];
    std::uint32_t posts = 0;  // to `semaphore`
    std::uint16_t semaphore = TAKT_NO_SEMAPHORE;
  };

  struct Engine {
    std::size_t next = 0;
    bool busy = false;
    std::uint64_t left = 0;
  };

  void write_out(const Program& program, const Target& target, std::size_t engine, std::uint64_t parameter);
  bool holds(const Step& step) const;
  bool start(std::size_t engine);
  void retire(std::size_t engine);
  std::uint64_t rate(std::size_t engine) const;

  std::array<std::vector<Step>, TAKT_ENGINE_COUNT> steps_;
  std::array<std::vector<std::size_t>, TAKT_ENGINE_COUNT> begins_;  // first step of a command of the list
  std::array<std::vector<std::uint64_t>, TAKT_ENGINE_COUNT> retired_;
  std::array<Engine, TAKT_ENGINE_COUNT> engines_;
  std::array<std::uint64_t, TAKT_SEMAPHORES> semaphores_{};
  std::uint64_t now_ = 0;  // thousandths of a cycle
  std::uint64_t bytes_per_kilocycle_ = 0;
};

}  // namespace takt::compiler
