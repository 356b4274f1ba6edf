#include "sim/compiler/compiler.h"

#include <algorithm>
#include <set>
#include <utility>

#include "sim/compiler/attention.h"
#include "sim/compiler/cost_table.h"
#include "sim/compiler/cuts.h"
#include "sim/compiler/divide.h"
#include "sim/compiler/emit.h"
#include "sim/compiler/function.h"
#include "sim/compiler/fuse.h"
#include "sim/compiler/join.h"
#include "sim/compiler/legalize.h"
#include "sim/compiler/lower.h"
#include "sim/compiler/partition.h"
#include "sim/compiler/place.h"
#include "sim/graph/error.h"

namespace takt::compiler {

using graph::Graph;
using graph::Op;
using graph::TensorId;

namespace {

std::vector<Port> ports_of(const Network& network, const std::vector<StorageId>& storages,
                           const std::vector<TensorId>& tensors) {
  std::vector<Port> ports;
  for (std::size_t i = 0; i < storages.size(); ++i) {
    const Storage& storage = network.storage(storages[i]);
    ports.push_back({tensors[i], storage.home_offset, storage.geometry.bytes()});
  }
  return ports;
}

Network network_of(Graph& part, const Target& target, const Options& options, PassObserver* observer) {
  tell(observer, "partition", part);
  legalize(part);
  tell(observer, "legalize", part);
  Network network = lower(part, target);
  if (!options.experts_by_table)
    for (Layer& layer : network.layers) layer.expert = -1;
  tell(observer, "lower", network);
  fuse(network, part);
  tell(observer, "fuse", network);
  fuse_attention(network, target);
  tell(observer, "attention", network);
  join(network, target);
  tell(observer, "join", network);
  choose_cuts(network, target, options);
  tell(observer, "cuts", network);
  divide(network, target);
  tell(observer, "divide", network);
  return network;
}

Program compile_for(Graph part, const Target& target, const Options& options, PassObserver* observer) {
  Network network = network_of(part, target, options, observer);
  const Placement placement = place(network, target, options, observer);

  Program program;
  program.constant_bytes = network.constant_bytes;
  program.scratchpad_bytes = placement.scratchpad_bytes;
  program.buffer_bytes = placement.buffer_bytes;
  program.input_bytes = placement.input_bytes;
  program.output_bytes = placement.output_bytes;
  program.parameter_limit = static_cast<std::uint64_t>(network.parameter_limit);
  program.page_tokens = network.page_tokens;
  program.row_tokens = network.row_tokens;
  program.page_bytes = network.page_bytes;
  program.row_bytes = network.row_bytes;
  program.experts = network.experts;
  program.expert_parts = network.expert_parts;
  program.semaphores = TAKT_ENGINE_COUNT + network.cores - 1;
  program.inputs = ports_of(network, network.inputs, part.inputs);
  program.outputs = ports_of(network, network.outputs, part.outputs);
  if (!options.functional) {
    emit(network, target, program, nullptr);
    tell(observer, "emit", program);
    state_cost(program, target);
    tell(observer, "cost", program);
    return program;
  }
  const auto functions = std::make_shared<Functions>();
  emit(network, target, program, functions.get());
  program.constants = constants_image(network, part);
  functions->graph = std::move(part);
  program.functions = functions;
  tell(observer, "emit", program);
  state_cost(program, target);
  tell(observer, "cost", program);
  return program;
}

// On as many of the cores as are estimated to be the fastest.
Program compile_part(Graph part, const Target& target, const Options& options, PassObserver* observer) {
  Target some = target;
  if (options.cores != 0) some.cores = options.cores;
  if (some.cores == 1 || options.cores != 0) return compile_for(std::move(part), some, options, observer);
  std::set<std::uint32_t> counts = {target.cores};
  for (std::uint32_t cores = 1; cores < target.cores; cores *= 2) counts.insert(cores);
  Program best;
  for (const std::uint32_t cores : counts) {
    some.cores = cores;
    Program program = compile_for(part, some, options, nullptr);
    if (cores == 1 || program.estimated_cycles < best.estimated_cycles) best = std::move(program);
  }
  if (observer == nullptr) return best;
  some.cores = cores_of(best);
  return compile_for(std::move(part), some, options, observer);
}

// Of a gather's table only the rows that are looked up.
std::uint64_t bytes_read(const Op& op, std::size_t input, const graph::Tensor& tensor, const graph::Tensor& output) {
  const bool table = op.kind == graph::OpKind::gather && input == 0;
  return table ? graph::bytes_of(tensor.type, output.elements()) : tensor.bytes();
}

CpuOperator cpu_operator(const Graph& graph, const Op& op, const std::string& reason) {
  const auto tensor = [&](TensorId id) -> const graph::Tensor& { return graph.tensors[static_cast<std::size_t>(id)]; };
  CpuOperator result;
  result.kind = op.kind;
  result.what = op.custom_code.empty() ? graph::name_of(op.kind) : op.custom_code;
  result.name = op.name.empty() ? result.what : op.name;
  result.reason = reason;
  result.macs = graph::macs_of(graph, op);
  for (std::size_t i = 0; i < op.inputs.size(); ++i)
    if (op.inputs[i] != graph::no_tensor && !graph::is_shape_operand(op, i))
      result.bytes_read += bytes_read(op, i, tensor(op.inputs[i]), tensor(op.outputs[0]));
  for (const TensorId id : op.outputs) {
    result.elements += tensor(id).elements();
    result.bytes_written += tensor(id).bytes();
  }
  return result;
}

// What functional programs are made of.
void expect_contents(const Graph& graph) {
  for (const Op& op : graph.ops)
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
      if (op.inputs[i] == graph::no_tensor || graph::is_shape_operand(op, i)) continue;
      const graph::Tensor& tensor = graph.tensors[static_cast<std::size_t>(op.inputs[i])];
      if (tensor.constant && tensor.contents == nullptr)
        throw graph::GraphError("constant '" + tensor.name + "' of operator '" + op.name +
                                "' has no contents: its answers cannot be computed");
    }
}

}  // namespace

CompiledModel compile(const Graph& graph, const Target& target, const Options& options, PassObserver* observer) {
  graph::validate(graph);
  if (options.functional) expect_contents(graph);
  CompiledModel model;
  model.name = graph.name;
  model.graph_macs = graph::macs_of(graph);
  model.weight_bytes = graph::weight_bytes_of(graph);
  for (const Part& part : partition(graph, target)) {
    if (part.npu) {
      model.steps.push_back({Step::Kind::program, model.programs.size()});
      model.programs.push_back(compile_part(extract(graph, part), target, options, observer));
      model.npu_macs += model.programs.back().useful_macs;
    } else {
      model.steps.push_back({Step::Kind::cpu, model.cpu.size()});
      model.cpu.push_back(cpu_operator(graph, graph.ops[part.ops.front()], part.reason));
      model.cpu.back().op = part.ops.front();
      model.cpu_macs += model.cpu.back().macs;
    }
  }
  return model;
}

}  // namespace takt::compiler
