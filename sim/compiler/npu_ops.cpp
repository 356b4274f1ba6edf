#include "sim/compiler/npu_ops.h"

#include <algorithm>

#include "sim/graph/operands.h"

namespace takt::compiler {

using graph::DataType;
using graph::Graph;
using graph::Op;
using graph::OpKind;
using graph::Tensor;

namespace {

const Tensor& tensor(const Graph& graph, graph::TensorId id) { return graph.tensors[static_cast<std::size_t>(id)]; }

bool is_activation_type(DataType type, const Target& target) {
  switch (type) {
    case DataType::int8:
    case DataType::uint8:
    case DataType::int16:
    case DataType::uint16:
      return true;
    case DataType::float16:
      return target.fp16;
    default:
      return false;
  }
}

bool lacks_kind(OpKind kind) {
  switch (kind) {
    case OpKind::arg_max:
    case OpKind::gather:
    case OpKind::lstm:
    case OpKind::svdf:
    case OpKind::variable:
    case OpKind::custom:
      return true;
    default:
      return false;
  }
}

bool has_weights(OpKind kind) {
  return kind == OpKind::conv2d || kind == OpKind::depthwise_conv2d || kind == OpKind::transpose_conv2d ||
         kind == OpKind::conv3d || kind == OpKind::fully_connected;
}

// Integers multiply integers, floats multiply floats.
bool weights_fit(DataType activation, DataType weights) {
  if (activation == DataType::float16) return weights == DataType::float16;
  return weights == DataType::int4 || weights == DataType::int8 || weights == DataType::uint8;
}

std::string weights_problem(const Graph& graph, const Op& op) {
  const Tensor& weights = graph::input(graph, op, 1);
  if (!weights.constant) return "weights are computed at run time";
  if (!weights_fit(graph::input(graph, op, 0).type, weights.type))
    return std::string(name_of(weights.type)) + " weights with " + name_of(graph::input(graph, op, 0).type) +
           " activations";
  return {};
}

// A transposed convolution is run as one product per output phase: whole phases, each with at least one tap.
std::string transpose_conv_problem(const Graph& graph, const Op& op) {
  const graph::Shape& x = graph::input_shape(graph, op, 0, 4);
  const graph::Shape& y = tensor(graph, op.outputs[0]).shape;
  if (y[1] != x[1] * op.stride_h || y[2] != x[2] * op.stride_w) return "output is not input times stride";
  if (op.kernel_h < op.stride_h || op.kernel_w < op.stride_w) return "stride exceeds the kernel";
  if (op.dilation_h != 1 || op.dilation_w != 1) return "dilated transposed convolution";
  return {};
}

std::string operands_problem(const Graph& graph, const Op& op, const Target& target) {
  bool activation = false;
  for (std::size_t i = 0; i < op.inputs.size(); ++i) {
    if (!graph::has_input(op, i) || graph::is_shape_operand(op, i)) continue;
    const Tensor& input = graph::input(graph, op, i);
    if (input.variable) return "reads a state variable";
    if (has_weights(op.kind) && i > 0) continue;
    if (!is_activation_type(input.type, target)) return std::string(name_of(input.type)) + " input";
    if (!input.constant) activation = true;
    if (input.constant && has_weights(op.kind)) return "convolves a constant";
  }
  if (!activation) return "all inputs are constants";
  for (const graph::TensorId id : op.outputs) {
    if (!is_activation_type(tensor(graph, id).type, target))
      return std::string(name_of(tensor(graph, id).type)) + " output";
    if (tensor(graph, id).variable) return "writes a state variable";
  }
  return {};
}

}  // namespace

bool is_view(OpKind kind) { return kind == OpKind::reshape || kind == OpKind::squeeze; }

std::string why_not_npu(const Graph& graph, const Op& op, const Target& target) {
  if (lacks_kind(op.kind)) return "not an operator of the NPU";
  if (op.inputs.empty() || op.outputs.empty()) return "no operands";
  if (std::string problem = operands_problem(graph, op, target); !problem.empty()) return problem;
  if (has_weights(op.kind))
    if (std::string problem = weights_problem(graph, op); !problem.empty()) return problem;
  if (op.kind == OpKind::transpose_conv2d) return transpose_conv_problem(graph, op);
  if (op.kind == OpKind::batch_matmul && graph::input(graph, op, 0).constant) return "left operand is a constant";
  return {};
}

}  // namespace takt::compiler
