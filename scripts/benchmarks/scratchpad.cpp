// The shared-rate resource: every start and end of a command or a transfer sets all rates again.
#include "models/npu/scratchpad.h"

#include <benchmark/benchmark.h>

namespace takt::npu {
namespace {

void scratchpad_share(benchmark::State& state) {
  constexpr std::uint32_t tensor = 0, vector = 1;
  Scratchpad scratchpad(1152, 64);  // bytes per cycle: all, one DMA list
  units::Cycles at(0);
  for (auto _ : state) {
    scratchpad.set_dma_lists(2, at);
    scratchpad.start(tensor, at, 4000, 4000 * 512);
    scratchpad.start(vector, at, 3000, 3000 * 1024);
    at = scratchpad.end(vector);
    scratchpad.stop(vector, at);
    scratchpad.set_dma_lists(1, at);
    at = scratchpad.end(tensor);
    scratchpad.stop(tensor, at);
    benchmark::DoNotOptimize(at);
  }
  state.SetItemsProcessed(2 * state.iterations());
  state.SetLabel("both engines and both lists contend");
}
BENCHMARK(scratchpad_share);

}  // namespace
}  // namespace takt::npu
