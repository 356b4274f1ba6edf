// The scratchpad's bandwidth as a shared-rate resource. Compute engines that run together share what the DMA leaves, by
// max-min fairness; rates change only when a command starts or ends, and a running command holds remaining work.
#pragma once

#include <array>
#include <cstdint>

#include "models/units/quantity.h"

namespace takt::npu {

class Scratchpad {
 public:
  static constexpr std::uint32_t users = 2;  // tensor engine, vector engine

  Scratchpad(std::uint32_t bytes_per_cycle, std::uint32_t dma_bytes_per_cycle)
      : bytes_per_cycle_(bytes_per_cycle), dma_bytes_per_cycle_(dma_bytes_per_cycle) {}

  // A command with `work` cycles of work when alone, demanding `bytes` in that time, starts at cycle `at`.
  void start(std::uint32_t user, units::Cycles at, std::uint64_t work, std::uint64_t bytes);
  // The command of `user` has ended, was stopped or was dropped. Returns what was left of its work, in 1/65536 cycles.
  std::uint64_t stop(std::uint32_t user, units::Cycles at);
  // Like start, of a command of which `remaining` is left, as stop said, and that takes `more` cycles beside.
  void resume(std::uint32_t user, units::Cycles at, std::uint64_t remaining, std::uint64_t more, std::uint64_t work,
              std::uint64_t bytes);
  // Number of DMA lists with a transfer under way (0..2).
  void set_dma_lists(std::uint32_t lists, units::Cycles at);

  bool running(std::uint32_t user) const { return use_[user].running; }
  // The cycle at which the command of `user` ends if nothing changes.
  units::Cycles end(std::uint32_t user) const { return use_[user].end; }

  static constexpr std::uint32_t full_rate = 1u << 16;  // work per cycle, in 1/65536 cycles

 private:
  struct Use {
    bool running = false;
    std::uint64_t remaining = 0;  // 1/65536 cycles of work
    std::uint64_t demand = 0;     // bytes per cycle at full rate
    std::uint32_t rate = full_rate;
    units::Cycles since;
    units::Cycles end;
  };

  void progress(units::Cycles at);
  void share(units::Cycles at);

  std::uint32_t bytes_per_cycle_;
  std::uint32_t dma_bytes_per_cycle_;
  std::uint32_t dma_lists_ = 0;
  std::array<Use, users> use_;
};

}  // namespace takt::npu
