// What the compiler produces: programs for the NPU and operators left to the CPU, in the order in which they run.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "firmware/abi/abi.h"
#include "sim/graph/graph.h"

namespace takt::compiler {

// An operator the NPU lacks.
struct CpuOperator {
  std::size_t op = 0;  // of the graph
  std::string name;
  graph::OpKind kind = graph::OpKind::custom;
  std::string what;    // kind or custom code
  std::string reason;  // why the NPU does not run it
  std::uint64_t macs = 0;
  std::uint64_t elements = 0;    // of its outputs
  std::uint64_t bytes_read = 0;  // activations and constants
  std::uint64_t bytes_written = 0;
};

// One fused layer of a program; takt_command.layer is its index.
struct LayerInfo {
  std::string name;
  std::string op;                     // "conv2d+add"
  std::string shape;                  // of the output
  std::vector<std::uint32_t> inputs;  // layers whose results it reads; program inputs are not listed
  std::uint8_t overhead = 0;          // takt_overhead
  std::uint64_t useful_macs = 0;
  std::uint64_t issued_macs = 0;  // tensor engine: useful + padding; vector engine: useful
  std::uint64_t constant_bytes = 0;
  bool of_expert = false;           // the constants: a job's table says where they lie
  std::uint64_t load_bytes = 0;     // activations, DRAM to scratchpad
  std::uint64_t store_bytes = 0;    // activations, scratchpad to DRAM
  std::uint32_t stripes = 0;        // of rows, all images
  std::uint32_t blocks = 0;         // of output channels
  std::uint64_t tensor_cycles = 0;  // estimates, alone
  std::uint64_t vector_cycles = 0;
  std::uint64_t dma_cycles = 0;
  std::uint64_t estimated_cycles = 0;
  std::array<std::uint32_t, TAKT_ENGINE_COUNT> commands{};
};

// A tensor at a program's edge, in the area TAKT_BASE_INPUT or TAKT_BASE_OUTPUT.
struct Port {
  graph::TensorId tensor = graph::no_tensor;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

// Bytes a command touches: for checkers, not part of the image.
struct Access {
  enum class Space : std::uint8_t { scratchpad, constants, buffers, input, output };
  Space space = Space::scratchpad;
  bool write = false;
  std::uint64_t begin = 0, end = 0;
};

// How jobs of a decoder's step are told what differs. Parameters, by number:
constexpr std::uint16_t past_parameter = 0;    // tokens cached
constexpr std::uint16_t tokens_parameter = 1;  // of the job; behind them are none, though all are computed
// Tables, of programs whose caches lie in pages. A page has its tokens' rows of all caches. The new rows go on where
// the cached ones end, in one table for each length of rows: entry k is where the row of token past + k x row_tokens
// lies, and those of the row_tokens - 1 behind it follow in the same page.
constexpr std::uint16_t page_table = 0;
constexpr std::uint16_t row_tables = 1;
// Of programs whose experts are chosen job by job: where the weights of each lie, layer by layer, in each as many as
// the tokens may choose. An entry of 0 is no expert: nothing is loaded for it.
constexpr std::uint16_t expert_table = TAKT_TABLES - 1;

struct Functions;  // function.h

// What one core of the NPU does.
struct CorePart {
  std::array<std::vector<takt_command>, TAKT_ENGINE_COUNT> lists;
  std::vector<takt_cut> cuts;
  std::vector<takt_live_range> live_ranges;
  std::uint32_t save_bytes = 0;                                              // largest save of any cut, header included
  std::array<std::vector<std::vector<Access>>, TAKT_ENGINE_COUNT> accesses;  // beside lists
};

// What core 0 does, and what all share. Every core has the same cuts; further cores start, stop and end with core 0.
struct Program : CorePart {
  std::vector<CorePart> further;     // cores 1 ..
  std::uint64_t constant_bytes = 0;  // sizes of the areas behind the bases
  std::uint64_t buffer_bytes = 0;
  std::uint64_t input_bytes = 0;
  std::uint64_t output_bytes = 0;
  std::uint64_t scratchpad_bytes = 0;  // highest byte used + 1
  std::uint64_t estimated_cycles = 0;  // of `cost`, where the target was told what memory gives
  takt_cost_table cost{};
  std::uint64_t parameter_limit = 0;  // of parameter 0, which extents and turns follow; 0: none does
  std::uint64_t page_tokens = 0;      // of caches; 0: they are inputs and outputs as others are
  std::uint64_t row_tokens = 0;       // behind each entry of the row tables
  std::uint64_t page_bytes = 0;
  std::vector<std::uint64_t> row_bytes;     // of the tables from row_tables on
  std::uint64_t experts = 0;                // entries of expert_table; 0: it has no such table
  std::vector<std::uint64_t> expert_parts;  // bytes of an expert's layers, each aligned to 128 behind the one before
  std::uint32_t semaphores = 0;
  std::uint32_t max_save_bytes = 0;  // all cores
  std::uint64_t useful_macs = 0;
  std::uint64_t issued_macs = 0;
  std::vector<LayerInfo> layers;
  std::vector<Port> inputs, outputs;
  std::shared_ptr<const Functions> functions;  // null unless Options::functional
  std::vector<std::uint8_t> constants;         // behind TAKT_BASE_CONSTANTS, likewise
};

inline std::uint32_t cores_of(const Program& program) { return 1 + static_cast<std::uint32_t>(program.further.size()); }
inline const CorePart& part_of(const Program& program, std::uint32_t core) {
  return core == 0 ? program : program.further[core - 1];
}
// Where a core's save begins in the save area.
std::uint32_t save_offset(const Program& program, std::uint32_t core);

struct Step {
  enum class Kind : std::uint8_t { program, cpu } kind = Kind::program;
  std::size_t index = 0;  // into programs or cpu
};

struct CompiledModel {
  std::string name;
  std::vector<Program> programs;
  std::vector<CpuOperator> cpu;
  std::vector<Step> steps;
  std::uint64_t graph_macs = 0;
  std::uint64_t npu_macs = 0;      // useful, of all programs
  std::uint64_t cpu_macs = 0;      // graph_macs = npu_macs + cpu_macs
  std::uint64_t weight_bytes = 0;  // graph::weight_bytes_of
};

}  // namespace takt::compiler
