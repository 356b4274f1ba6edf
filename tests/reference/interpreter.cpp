#include "tests/reference/interpreter.h"

#include <iterator>
#include <stdexcept>
#include <string>

#include "tests/reference/node.h"

namespace takt::reference {

using graph::OpKind;

namespace {

struct Row {
  OpKind kind;
  Results (*kernel)(const Node&);
};

constexpr Row rows[] = {
    {OpKind::conv2d, conv2d},
    {OpKind::depthwise_conv2d, depthwise_conv2d},
    {OpKind::conv3d, conv3d},
    {OpKind::transpose_conv2d, transpose_conv2d},
    {OpKind::fully_connected, fully_connected},
    {OpKind::batch_matmul, batch_matmul},
    {OpKind::add, add_or_sub},
    {OpKind::sub, add_or_sub},
    {OpKind::mul, mul},
    {OpKind::minimum, minimum_or_maximum},
    {OpKind::maximum, minimum_or_maximum},
    {OpKind::relu, relu},
    {OpKind::relu6, relu},
    {OpKind::hard_swish, hard_swish},
    {OpKind::logistic, logistic},
    {OpKind::tanh, tanh},
    {OpKind::gelu, gelu},
    {OpKind::leaky_relu, leaky_relu},
    {OpKind::average_pool, pool},
    {OpKind::max_pool, pool},
    {OpKind::mean, mean},
    {OpKind::softmax, softmax},
    {OpKind::layer_norm, norm},
    {OpKind::group_norm, norm},
    {OpKind::gather, gather},
    {OpKind::concat, concat},
    {OpKind::split, split},
    {OpKind::slice, slice},
    {OpKind::pad, pad},
    {OpKind::reshape, reshape},
    {OpKind::squeeze, reshape},
    {OpKind::transpose, transpose},
    {OpKind::depth_to_space, depth_to_space},
    {OpKind::space_to_depth, space_to_depth},
    {OpKind::resize_bilinear, resize_bilinear},
    {OpKind::resize_nearest, resize_nearest},
    {OpKind::quantize, quantize},
    {OpKind::dequantize, dequantize},
    {OpKind::arg_max, arg_max},
};

Results run(const Node& node) {
  for (const Row& row : rows)
    if (row.kind == node.op.kind) return row.kernel(node);
  node.unsupported("this operator" + (node.op.custom_code.empty() ? "" : " (" + node.op.custom_code + ")"));
}

void check_input(const graph::Tensor& tensor, const Array& array) {
  if (array.type != tensor.type || array.shape != tensor.shape || array.bytes.size() != tensor.bytes())
    throw std::runtime_error("input '" + tensor.name + "': expected " + std::to_string(tensor.bytes()) + " bytes of " +
                             graph::name_of(tensor.type) + " in the tensor's shape");
}

}  // namespace

std::map<graph::TensorId, Array> evaluate(const graph::Graph& graph, const std::map<graph::TensorId, Array>& inputs) {
  std::map<graph::TensorId, Array> known;
  for (const graph::TensorId id : graph.inputs) {
    const auto found = inputs.find(id);
    const graph::Tensor& tensor = graph.tensors.at(static_cast<std::size_t>(id));
    if (found == inputs.end()) throw std::runtime_error("no array for input '" + tensor.name + "'");
    check_input(tensor, found->second);
    known[id] = found->second;
  }
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    const graph::Tensor& tensor = graph.tensors[i];
    if (tensor.contents) known[static_cast<graph::TensorId>(i)] = {tensor.type, tensor.shape, *tensor.contents};
  }
  for (const graph::Op& op : graph.ops) {
    const Results made = run(Node(graph, op, known));
    for (std::size_t i = 0; i < made.size(); ++i) known[op.outputs.at(i)] = made[i];
  }
  for (auto it = known.begin(); it != known.end();)
    it = graph.tensors[static_cast<std::size_t>(it->first)].contents ? known.erase(it) : std::next(it);
  return known;
}

}  // namespace takt::reference
