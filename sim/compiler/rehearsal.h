// A program's lists played through in closed form: each engine does its commands in order, waits for semaphores, and
// works as fast as it does alone; the DMA lists at work share what memory gives. Without latencies, command fetches and
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

  // Of the last run: cycles until every list of the first core had reached its position of a cut.
  std::uint64_t reached(const takt_cut& cut) const;
  // Until the first of its lists went on behind it; never: none has anything there.
  std::uint64_t passed(const takt_cut& cut) const;
  static constexpr std::uint64_t never = ~std::uint64_t{0};

 private:
  struct Step {
    std::uint64_t work = 0;  // thousandths of a cycle; of a DMA command bytes x 10^6
    takt_wait waits[TAKT_WAITS];
    std::uint32_t posts = 0;  // to `semaphore`
    std::uint16_t semaphore = TAKT_NO_SEMAPHORE;
    bool at_all_cores = false;
  };

  struct Engine {
    std::size_t next = 0;
    bool busy = false;
    std::uint64_t left = 0;
  };

  void write_out(const std::vector<takt_command>& list, const Target& target, std::size_t engine,
                 std::uint64_t parameter);
  bool holds(std::size_t engine, const Step& step) const;
  bool start(std::size_t engine);
  void retire(std::size_t engine);
  std::uint64_t rate(std::size_t engine) const;

  // By core, then engine.
  std::vector<std::vector<Step>> steps_;
  std::vector<std::vector<std::size_t>> begins_;  // first step of a command of the list
  std::vector<std::vector<std::uint64_t>> started_, retired_;
  std::vector<Engine> engines_;
  std::uint64_t dma_busy_ = 0;                                          // DMA lists at work
  std::vector<std::array<std::uint64_t, TAKT_SEMAPHORES>> semaphores_;  // by core
  std::uint64_t now_ = 0;                                               // thousandths of a cycle
  std::uint64_t bytes_per_kilocycle_ = 0;
};

}  // namespace takt::compiler
