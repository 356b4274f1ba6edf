#include "models/npu/scratchpad.h"

#include <algorithm>

namespace takt::npu {

using units::ceil_div;
using units::Cycles;

void Scratchpad::start(std::uint32_t user, Cycles at, std::uint64_t work, std::uint64_t bytes) {
  resume(user, at, work * full_rate, 0, work, bytes);
}

void Scratchpad::resume(std::uint32_t user, Cycles at, std::uint64_t remaining, std::uint64_t more, std::uint64_t work,
                        std::uint64_t bytes) {
  progress(at);
  Use& use = use_[user];
  use.running = true;
  use.remaining = remaining + more * full_rate;
  use.demand = work == 0 ? 0 : ceil_div(bytes, work);
  share(at);
}

std::uint64_t Scratchpad::stop(std::uint32_t user, Cycles at) {
  progress(at);
  Use& use = use_[user];
  use.running = false;
  share(at);
  return use.remaining;
}

void Scratchpad::set_dma_lists(std::uint32_t lists, Cycles at) {
  if (lists == dma_lists_) return;
  progress(at);
  dma_lists_ = lists;
  share(at);
}

void Scratchpad::progress(Cycles at) {
  for (Use& use : use_) {
    if (use.running) use.remaining -= std::min(use.remaining, (at - use.since).value * use.rate);
    use.since = at;
  }
}

void Scratchpad::share(Cycles at) {
  const std::uint64_t dma = std::uint64_t{dma_lists_} * dma_bytes_per_cycle_;
  // The DMA never takes more than half: the engines always progress.
  const std::uint64_t left = bytes_per_cycle_ - std::min<std::uint64_t>(dma, bytes_per_cycle_ / 2);
  std::array<std::uint64_t, users> want{};
  for (std::uint32_t u = 0; u < users; ++u) want[u] = use_[u].running ? use_[u].demand : 0;
  std::array<std::uint64_t, users> given = want;
  if (want[0] + want[1] > left) {
    const std::uint64_t half = left / 2;
    if (want[0] <= half)
      given[1] = left - want[0];
    else if (want[1] <= half)
      given[0] = left - want[1];
    else
      given = {half, left - half};
  }
  for (std::uint32_t u = 0; u < users; ++u) {
    Use& use = use_[u];
    if (!use.running) continue;
    use.rate = static_cast<std::uint32_t>(
        given[u] == want[u] ? full_rate : std::max<std::uint64_t>(1, ceil_div(given[u] * full_rate, want[u])));
    use.end = at + Cycles(ceil_div(use.remaining, use.rate));
  }
}

}  // namespace takt::npu
