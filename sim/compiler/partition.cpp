#include "sim/compiler/partition.h"

#include <algorithm>
#include <map>

#include "sim/compiler/npu_ops.h"

namespace takt::compiler {

using graph::Graph;
using graph::Op;
using graph::TensorId;

namespace {

// Even levels run on the NPU, odd ones on the CPU.
struct Levels {
  std::vector<std::size_t> of_tensor;  // 0: there from the start
  std::vector<std::string> reasons;    // per operator; empty: NPU
  std::vector<std::size_t> of_op;
};

std::size_t level_of(const Op& op, bool npu, const std::vector<std::size_t>& of_tensor) {
  std::size_t level = npu ? 0 : 1;
  for (const TensorId id : op.inputs) {
    if (id == graph::no_tensor) continue;
    const std::size_t from = of_tensor[static_cast<std::size_t>(id)];
    const bool same_side = from % 2 == (npu ? 0u : 1u);
    level = std::max(level, same_side ? from : from + 1);
  }
  return level;
}

// A view stays where its input was made: moving it to the other side would cost a program of its own.
std::string reason_of(const Graph& graph, const Op& op, const Target& target,
                      const std::vector<std::size_t>& of_tensor) {
  std::string reason = why_not_npu(graph, op, target);
  if (reason.empty() && is_view(op.kind) && of_tensor[static_cast<std::size_t>(op.inputs[0])] % 2 == 1)
    reason = "its input is made on the CPU";
  return reason;
}

Levels find_levels(const Graph& graph, const Target& target) {
  Levels levels;
  levels.of_tensor.assign(graph.tensors.size(), 0);
  for (const Op& op : graph.ops) {
    levels.reasons.push_back(reason_of(graph, op, target, levels.of_tensor));
    const std::size_t level = level_of(op, levels.reasons.back().empty(), levels.of_tensor);
    levels.of_op.push_back(level);
    for (const TensorId id : op.outputs) levels.of_tensor[static_cast<std::size_t>(id)] = level;
  }
  return levels;
}

}  // namespace

std::vector<Part> partition(const Graph& graph, const Target& target) {
  const Levels levels = find_levels(graph, target);
  std::map<std::size_t, std::vector<Part>> by_level;
  for (std::size_t i = 0; i < graph.ops.size(); ++i) {
    std::vector<Part>& parts = by_level[levels.of_op[i]];
    const bool npu = levels.reasons[i].empty();
    if (!npu || parts.empty()) parts.push_back({npu, {}, levels.reasons[i]});
    parts.back().ops.push_back(i);
  }
  std::vector<Part> result;
  for (auto& [level, parts] : by_level)
    for (Part& part : parts) result.push_back(std::move(part));
  return result;
}

Graph extract(const Graph& graph, const Part& part) {
  std::vector<bool> inside(graph.ops.size(), false), made(graph.tensors.size(), false);
  std::vector<bool> wanted(graph.tensors.size(), false), entering(graph.tensors.size(), false);
  for (const std::size_t i : part.ops) inside[i] = true;
  for (const TensorId id : graph.outputs) wanted[static_cast<std::size_t>(id)] = true;
  for (std::size_t i = 0; i < graph.ops.size(); ++i) {
    for (const TensorId id : graph.ops[i].inputs)
      if (id != graph::no_tensor && !inside[i]) wanted[static_cast<std::size_t>(id)] = true;
    for (const TensorId id : graph.ops[i].outputs)
      if (inside[i]) made[static_cast<std::size_t>(id)] = true;
  }
  Graph result;
  result.name = graph.name;
  result.arithmetic = graph.arithmetic;
  result.parameter = graph.parameter;
  result.tensors = graph.tensors;
  for (const std::size_t i : part.ops) {
    const Op& op = graph.ops[i];
    result.ops.push_back(op);
    for (std::size_t k = 0; k < op.inputs.size(); ++k) {
      const TensorId id = op.inputs[k];
      if (id == graph::no_tensor || graph::is_shape_operand(op, k)) continue;
      const std::size_t t = static_cast<std::size_t>(id);
      if (!made[t] && !graph.tensors[t].constant) entering[t] = true;
    }
  }
  for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
    if (entering[t]) result.inputs.push_back(static_cast<TensorId>(t));
    if (made[t] && wanted[t]) result.outputs.push_back(static_cast<TensorId>(t));
  }
  return result;
}

}  // namespace takt::compiler
