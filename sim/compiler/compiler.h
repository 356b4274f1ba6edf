// Graph -> programs for the NPU, with the operators it lacks left to the CPU. Start reading here; the passes stand in
// compiler.cpp in the order in which they run.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/compiler/passes.h"
#include "sim/compiler/program.h"
#include "sim/compiler/target.h"
#include "sim/graph/graph.h"

namespace takt::compiler {

// Throws graph::GraphError for an invalid graph and for one that cannot be tiled into the scratchpad.
CompiledModel compile(const graph::Graph& graph, const Target& target, const Options& options = {},
                      PassObserver* observer = nullptr);

// The program as it lies in DRAM: takt_program_header, tables, lists. `bases` are the areas' addresses by takt_base.
std::vector<std::uint8_t> program_image(const Program& program,
                                        const std::array<std::uint64_t, TAKT_BASE_COUNT>& bases);

}  // namespace takt::compiler
