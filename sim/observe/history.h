// The latest control transfers of a core: where it did not go on to the next instruction.
#pragma once

#include <cstdint>
#include <vector>

#include "models/cpu/rv32/observer.h"

namespace takt::observe {

class History : public rv32::Observer {
 public:
  explicit History(std::size_t most) : most_(most) {}

  struct Transfer {
    std::uint32_t from = 0, to = 0;
    bool trap = false;
    std::uint64_t cycle = 0;  // at which `from` began
    std::uint64_t times = 1;  // in a row: a loop of one block
  };
  // Oldest first, `most` at most.
  std::vector<Transfer> latest() const;

  void executed(const rv32::Executed& instruction) override;
  void trapped(const rv32::Trapped& trap) override { note({trap.pc, trap.handler, true, trap.cycle}); }

 private:
  void note(const Transfer& transfer);

  const std::size_t most_;
  std::vector<Transfer> ring_;
  std::size_t next_ = 0;
};

}  // namespace takt::observe
