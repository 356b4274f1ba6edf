// Parameters of the NPU. Cycles are those of its one clock.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace takt::npu {

// One tensor engine that multiplies an activation tile (tile_rows x tile_k) by a weight tile (tile_k x tile_columns).
// Cycles of a tile pair = max(array cycles of its precision, operand bytes / feed).
struct Tensor {
  std::uint32_t tile_rows = 0;           // spatial positions of an int8 tile; a block of tile_height x tile_width
  std::uint32_t tile_height = 0;
  std::uint32_t tile_width = 0;          // tile_rows = tile_height * tile_width
  std::uint32_t tile_rows_fp16 = 0;      // fp16 tiles are shorter: tile_height x (tile_rows_fp16 / tile_height)
  std::uint32_t tile_k = 0;
  std::uint32_t tile_columns = 0;
  std::uint32_t cycles_w8a8 = 0;         // array cycles per tile pair
  std::uint32_t cycles_w8a16 = 0;
  std::uint32_t cycles_fp16 = 0;
  std::uint32_t feed_bytes_per_cycle = 0;  // 0: no end
  std::uint32_t drain_cycles = 0;        // per output tile and output byte: accumulators to scratchpad
};

// Rates in bytes per cycle, all threads together.
struct Vector {
  std::uint32_t pass_bytes_per_cycle = 0;
  std::uint32_t tap_bytes_per_cycle = 0;
  std::uint32_t move_bytes_per_cycle = 0;
  std::uint32_t wide_permille = 1000;    // slowdown of elements wider than 8 bits, per element
  std::uint32_t granule = 32;            // channels are padded to this many lanes
};

struct Dma {
  std::uint32_t commands_in_flight = 0;  // per list
  std::uint32_t setup_cycles = 0;        // descriptor to first request
  std::uint32_t bytes_per_cycle = 0;     // scratchpad port of one list while it transfers
};

struct Energy {                          // attojoules
  std::uint64_t mac_w8a8_aj = 0, mac_w8a16_aj = 0, mac_fp16_aj = 0;
  std::uint64_t vector_byte_aj = 0;
  std::uint64_t scratchpad_byte_aj = 0;
  std::uint64_t command_aj = 0;
  std::uint64_t leakage_uw = 0;
};

struct OperatingPoint {
  std::string name;
  std::uint64_t clock_hz = 0;
  std::uint32_t voltage_mv = 0;
};

// Clock, supply and sleep (power_domain.h).
struct Power {
  std::uint32_t voltage_mv = 0;          // of Config::clock_hz, at which the energies hold
  std::vector<OperatingPoint> points;    // below Config::clock_hz, fastest first; no voltage rises
  std::uint32_t ramp_up_mv_per_us = 1, ramp_down_mv_per_us = 1;
  std::uint32_t ramp_ns = 0;             // of every change of the voltage, beside that
  std::uint32_t relock_ns = 0;           // the clock stands still
  std::uint32_t retention_permille = 0;  // of the leakage
  std::uint32_t retention_entry_ns = 0, retention_exit_ns = 0;
  std::uint32_t off_entry_ns = 0, off_exit_ns = 0;
};

// One core.
struct CoreConfig {
  std::uint32_t scratchpad_bytes = 0;
  std::uint32_t scratchpad_bytes_per_cycle = 0;  // shared by the engines and the DMA
  Tensor tensor;
  Vector vector;
  Dma dma;
  Energy energy;
};

// The cores of one NPU share its clock, supply and front end. They are alike, or of two kinds: what the base holds is of
// the first `cores`, and behind them stand the small ones.
struct Config : CoreConfig {
  std::uint64_t clock_hz = 0;            // of the fastest operating point
  std::uint32_t hardware_queues = 0;     // 1 .. TAKT_NPU_MAX_QUEUES
  std::uint32_t cores = 1;               // 1 .. TAKT_NPU_MAX_CORES, with the small ones
  std::uint32_t small_cores = 0;
  CoreConfig small;                      // each of these
  std::uint32_t idle_off_us = 0;         // a kind without jobs for so long loses its power (core_switches.h); 0: none does
  std::uint32_t fetch_commands = 0;      // commands per list fetch
  std::uint32_t dispatch_cycles = 0;     // command decoded to engine started
  std::uint32_t regular_overhead_cycles = 0;    // software stack, per operator; 0 without one
  std::uint32_t irregular_overhead_cycles = 0;  // attention, norm, softmax, layout
  Power power;

  std::uint32_t all_cores() const { return cores + small_cores; }
  bool is_small(std::uint32_t core) const { return core >= cores; }
  const CoreConfig& core(std::uint32_t number) const { return is_small(number) ? small : *this; }
  // Cores of the kind of `first`, from it on.
  std::uint32_t alike_from(std::uint32_t first) const { return (is_small(first) ? all_cores() : cores) - first; }
};

}  // namespace takt::npu
