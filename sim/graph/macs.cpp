#include "sim/graph/checked.h"
#include "sim/graph/graph.h"
#include "sim/graph/operands.h"

namespace takt::graph {
namespace {

std::uint64_t unsigned_of(std::int64_t value) {
  if (value < 1) throw GraphError("found " + std::to_string(value) + " where a size of at least 1 is expected");
  return static_cast<std::uint64_t>(value);
}

std::uint64_t taps(const Op& op) { return checked_mul(unsigned_of(op.kernel_h), unsigned_of(op.kernel_w)); }

std::uint64_t output_elements(const Graph& graph, const Op& op) {
  const TensorId id = op.outputs.empty() ? no_tensor : op.outputs[0];
  if (id < 0 || static_cast<std::size_t>(id) >= graph.tensors.size()) throw GraphError("found no output");
  return graph.tensors[static_cast<std::size_t>(id)].elements();
}

std::uint64_t conv2d_macs(const Graph& graph, const Op& op) {
  const std::uint64_t channels = unsigned_of(input_shape(graph, op, 0, 4)[3]) / unsigned_of(op.groups);
  return checked_mul(checked_mul(output_elements(graph, op), taps(op)), channels);
}

std::uint64_t conv3d_macs(const Graph& graph, const Op& op) {
  const std::uint64_t channels = unsigned_of(input_shape(graph, op, 0, 5)[4]) / unsigned_of(op.groups);
  const std::uint64_t window = checked_mul(unsigned_of(op.kernel_d), taps(op));
  return checked_mul(checked_mul(output_elements(graph, op), window), channels);
}

std::uint64_t transpose_conv2d_macs(const Graph& graph, const Op& op) {
  const std::uint64_t outputs = unsigned_of(input_shape(graph, op, 1, 4)[0]);
  return checked_mul(checked_mul(input(graph, op, 0).elements(), taps(op)), outputs);
}

std::uint64_t batch_matmul_macs(const Graph& graph, const Op& op) {
  const Shape& a = input_shape(graph, op, 0);
  if (a.size() < 2) throw GraphError("input 0 has shape " + to_text(a) + ", expected a matrix");
  return checked_mul(output_elements(graph, op), unsigned_of(a[a.size() - (op.transpose_a ? 2 : 1)]));
}

// Input-to-gate weights are operands 1 to 4, recurrent 5 to 8, the projection 16 (TFLite's order; a coupled input gate
// has neither 1 nor 5). Each is applied once per step and batch row.
std::uint64_t lstm_macs(const Graph& graph, const Op& op) {
  const Shape& x = input_shape(graph, op, 0);
  if (x.empty()) throw GraphError("input 0 is a scalar, expected [batch, steps, features]");
  const std::uint64_t rows = elements_of(Shape(x.begin(), x.end() - 1));
  std::uint64_t weights = 0;
  for (std::size_t i = 1; i <= 8; ++i)
    if (has_input(op, i)) weights = checked_add(weights, input(graph, op, i).elements());
  if (has_input(op, 16)) weights = checked_add(weights, input(graph, op, 16).elements());
  return checked_mul(rows, weights);
}

std::uint64_t svdf_macs(const Graph& graph, const Op& op) {
  const std::uint64_t batch = unsigned_of(input_shape(graph, op, 0, 2)[0]);
  return checked_mul(batch, checked_add(input(graph, op, 1).elements(), input(graph, op, 2).elements()));
}

}  // namespace

std::uint64_t macs_of(const Graph& graph, const Op& op) {
  switch (op.kind) {
    case OpKind::conv2d:
      return conv2d_macs(graph, op);
    case OpKind::depthwise_conv2d:
      return checked_mul(output_elements(graph, op), taps(op));
    case OpKind::transpose_conv2d:
      return transpose_conv2d_macs(graph, op);
    case OpKind::conv3d:
      return conv3d_macs(graph, op);
    case OpKind::fully_connected:
      return checked_mul(output_elements(graph, op), unsigned_of(input_shape(graph, op, 1, 2)[1]));
    case OpKind::batch_matmul:
      return batch_matmul_macs(graph, op);
    case OpKind::lstm:
      return lstm_macs(graph, op);
    case OpKind::svdf:
      return svdf_macs(graph, op);
    default:
      return 0;
  }
}

std::uint64_t macs_of(const Graph& graph) {
  std::uint64_t total = 0;
  for (const Op& op : graph.ops) total = checked_add(total, macs_of(graph, op));
  return total;
}

}  // namespace takt::graph
