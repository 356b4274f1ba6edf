// What the compiler knows of the NPU it compiles for, and what it may be asked to do.
// sim/platform fills a Target from the NPU's configuration; the defaults are those of the Hexagon-like preset
// (sources: the preset's file).
#pragma once

#include <cstdint>

namespace takt::compiler {

// Cycles are those of the NPU's one clock.
struct Target {
  std::uint64_t clock_hz = 1200000000;
  std::uint32_t cores = 1;  // that may share a program; what follows is of each
  std::uint32_t scratchpad_bytes = 8u << 20;

  // Tensor engine: a tile pair is tile_rows x tile_k activations times tile_k x tile_columns weights.
  std::uint32_t tile_rows = 64;  // tile_height x (tile_rows / tile_height) pixels
  std::uint32_t tile_rows_fp16 = 32;
  std::uint32_t tile_height = 8;
  std::uint32_t tile_k = 32;
  std::uint32_t tile_columns = 32;
  std::uint32_t cycles_w8a8 = 4;  // per tile pair
  std::uint32_t cycles_w8a16 = 8;
  std::uint32_t cycles_fp16 = 8;
  std::uint32_t feed_bytes_per_cycle = 512;
  std::uint32_t drain_cycles = 8;  // per output tile and output byte

  // Vector engine, bytes per cycle by class of work.
  std::uint32_t pass_bytes_per_cycle = 512;
  std::uint32_t tap_bytes_per_cycle = 432;
  std::uint32_t move_bytes_per_cycle = 30;
  std::uint32_t wide_permille = 2400;  // elements wider than 8 bits
  std::uint32_t granule = 32;          // channels are padded to this many lanes

  std::uint32_t dispatch_cycles = 0;          // per command
  std::uint32_t regular_overhead_cycles = 0;  // software stack, per operator
  std::uint32_t irregular_overhead_cycles = 0;

  // What memory gives, both lists together: here 65 % of 67.2 GB/s at 1.2 GHz. Shapes tiles and estimates only.
  std::uint32_t dma_bytes_per_cycle = 36;

  // What the system cache keeps of the NPU's traffic; 0: nothing. Tensors that exceed it pass by.
  std::uint64_t system_cache_bytes = 0;

  bool fp16 = true;  // the engines take 16-bit floats
};

struct Options {
  // Constants are loaded ahead of their layer, at most this many cuts ahead; 0: never. What has been loaded ahead is
  // dropped and fetched again when a job is preempted.
  std::uint32_t prefetch_cuts = 1;
  // Boundaries nearer than this (estimated cycles) to the cut before get no cut of their own; 0: a cut at every
  // boundary. Longer stretches let constants run further ahead and make a preemption wait longer.
  std::uint64_t min_cut_cycles = 12000;
  // Most stripes of a layer whose operands all stand in the scratchpad.
  std::uint32_t max_stripes = 8;
  // A tile of less work than this is not worth its command (estimated cycles).
  std::uint64_t least_tile_cycles = 2048;
  // Layers that hand large activations to each other may be made stripe by stripe.
  bool depth_first = true;
  // That a program runs on; 0: as many of the target's as are estimated to be the fastest.
  std::uint32_t cores = 0;
  // Caches lie in pages of so many tokens, which a job's tables name (program.h); 0: in one piece.
  std::uint32_t page_tokens = 0;
  // With pages: so many of a job's new rows lie behind an entry of the row tables; 0: a page's. 1: rows may begin
  // inside a page and end in the next one.
  std::uint32_t row_tokens = 0;
  // Weights of experts are no constants of the program: a job's table names those that are chosen (program.h).
  bool experts_by_table = false;
  // Programs carry what their commands compute (Program::functions) and their constants. Changes no command's timing.
  bool functional = false;
};

}  // namespace takt::compiler
