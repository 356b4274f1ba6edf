// A core's state after a forced stop, as it lies in the save area: what lists and engines were doing, then room for the
// accumulators. The scratchpad's bytes follow (firmware/abi/program.h, TAKT_SAVE_MID_COMMAND).
#pragma once

#include <algorithm>
#include <cstdint>

#include "firmware/abi/abi.h"
#include "models/npu/config.h"

namespace takt::npu {

struct SavedLoop {
  std::uint32_t begin = 0;  // position of LOOP_BEGIN
  std::uint32_t trips = 0;
  std::uint32_t index = 0;
  std::uint32_t reserved = 0;
  takt_loop_body body{};
};

struct SavedList {
  std::uint32_t loops = 0;    // open at its position, outermost first
  std::uint32_t skipped = 0;  // of these, from one without turns inwards
  SavedLoop loop[TAKT_LOOPS];
};

enum class Stopped : std::uint32_t { idle, in_overhead, at_work };

// Commands are as they stood: of their turn, at their extent.
struct SavedCompute {
  Stopped stopped = Stopped::idle;
  std::uint32_t reserved = 0;
  std::uint64_t remaining = 0;  // cycles of overhead, or 1/65536 cycles of work
  takt_command command{};
};

struct SavedDma {  // dropped under way, to be done again
  takt_command command{};
  std::uint64_t address = 0;
  std::uint32_t missing_turns = 0;
  std::uint32_t reserved = 0;
};

struct Context {
  takt_save_header header{};
  std::uint32_t first_cut = 0;  // at which the job may stop next
  std::uint32_t dma_commands[2] = {};
  std::uint32_t reserved = 0;
  takt_parameters parameters{};  // that the job began with
  SavedList list[TAKT_ENGINE_COUNT];
  SavedCompute compute[2];
  // SavedDma[2][commands_in_flight] follow.
};

// Sums of one output tile, 32 bits each.
constexpr std::uint64_t accumulator_bytes(const Tensor& tensor) {
  return std::uint64_t{tensor.tile_rows} * tensor.tile_columns * 4;
}

constexpr std::uint64_t aligned_64(std::uint64_t bytes) { return (bytes + 63) / 64 * 64; }

// Bytes of a context alone.
constexpr std::uint64_t state_bytes(const CoreConfig& core) {
  return aligned_64(sizeof(Context) + 2 * std::uint64_t{core.dma.commands_in_flight} * sizeof(SavedDma));
}

constexpr std::uint64_t context_bytes(const CoreConfig& core) {
  return state_bytes(core) + aligned_64(accumulator_bytes(core.tensor));
}

// NPU.CONTEXT_BYTES: room for a core of either kind.
inline std::uint64_t context_bytes(const Config& config) {
  const CoreConfig& first = config;
  return config.small_cores == 0 ? context_bytes(first) : std::max(context_bytes(first), context_bytes(config.small));
}

}  // namespace takt::npu
