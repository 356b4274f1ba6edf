// Runs a functional program's command lists without the simulator, in one legal order after another: each command takes
// effect at once, whichever list of whichever core goes on next.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <random>
#include <vector>

#include "sim/compiler/program.h"
#include "sim/functional/executor.h"

namespace takt::functional::test {

using Tensors = std::map<graph::TensorId, std::vector<std::uint8_t>>;

class ProgramMachine {
 public:
  explicit ProgramMachine(const compiler::Program& program);

  // From `tensors` to the program's outputs, which are added to them. The order of the lists is the seed's. At each of
  // `cuts` (indices into the program's) scratchpads are lost but for what a preemption saves and fetches again.
  void run(Tensors& tensors, std::uint64_t seed, const std::vector<std::size_t>& cuts = {});

 private:
  using Bytes = std::vector<std::uint8_t>;
  using Positions = std::array<std::uint32_t, TAKT_ENGINE_COUNT>;

  struct Core {
    const compiler::CorePart* part = nullptr;
    Bytes scratchpad;
    Positions next{}, limits{};
    std::array<std::uint32_t, TAKT_SEMAPHORES> semaphores{};
  };

  void run_to_limits(std::mt19937_64& random);
  static bool waits_hold(const Core& core, const takt_command& command);
  void execute(Core& core, const takt_command& command);
  void post(Core& core, const takt_command& command);
  void move(Core& core, const takt_command& command);
  void preempt(Core& core, const takt_cut& cut);
  Bytes& area(std::uint16_t base);

  const compiler::Program& program_;
  Executor executor_;
  Bytes constants_, buffers_, inputs_, outputs_;
  std::vector<Core> cores_;
};

}  // namespace takt::functional::test
