// What every compiled program must satisfy, worked out from its commands and its graph.
#pragma once

#include <string>

#include "sim/compiler/compiler.h"
#include "sim/graph/graph.h"

namespace takt::compiler::test {

struct CheckOptions {
  int orders = 6;            // legal orders tried; four let one engine lag each. Four more for each further core
  std::size_t cut_step = 1;  // resume from every n-th cut
  bool whole_inputs = true;  // false: the graph may leave some rows of its inputs unread (slices, strides)
};

// Empty, or the first thing that is wrong:
// - accesses are those of the commands' fields, within the scratchpad and the areas;
// - no race, no deadlock, no read of unwritten bytes, the same bytes in every order, on all cores together;
// - commands read what their own layer loaded or the layers it depends on made, on whichever core;
// - constants are loaded, by each core at most once, outputs are stored whole and once, inputs are read (whole);
// - useful MACs of all cores are the graph's; issued MACs cover them;
// - cuts: as many on every core, positions ascend, refetch ranges hold constant loads only, saves fit their places, a
//   run resumes from each one.
std::string check_model(const graph::Graph& graph, const CompiledModel& model, const Target& target,
                        const CheckOptions& options = {});
std::string check_program(const Program& program, const Target& target, const CheckOptions& options = {});

}  // namespace takt::compiler::test
