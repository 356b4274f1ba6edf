#include "sim/graph/precision.h"

#include <algorithm>
#include <map>
#include <utility>

#include "sim/graph/operands.h"

namespace takt::graph {
namespace {

struct PrecisionRow {
  Precision precision;
  std::string_view name;
  DataType activations, weights, biases;
};

constexpr PrecisionRow precision_rows[] = {
    {Precision::w8a8, "w8a8", DataType::int8, DataType::int8, DataType::int32},
    {Precision::w8a16, "w8a16", DataType::int16, DataType::int8, DataType::int32},
    {Precision::w4a16, "w4a16", DataType::int16, DataType::int4, DataType::int32},
    {Precision::fp16, "fp16", DataType::float16, DataType::float16, DataType::float16},
};

bool has_weights(OpKind kind) {
  return kind == OpKind::conv2d || kind == OpKind::depthwise_conv2d || kind == OpKind::transpose_conv2d ||
         kind == OpKind::conv3d || kind == OpKind::fully_connected;
}

void set_constant(Graph& graph, const Op& op, std::size_t index, DataType type) {
  if (!has_input(op, index)) return;
  Tensor& tensor = graph.tensors[static_cast<std::size_t>(op.inputs[index])];
  if (tensor.constant) tensor.type = type;
}

}  // namespace

Precision precision_of(std::string_view name) {
  for (const PrecisionRow& row : precision_rows)
    if (row.name == name) return row.precision;
  return Precision::own;
}

void set_precision(Graph& graph, Precision precision) {
  for (const PrecisionRow& row : precision_rows) {
    if (row.precision != precision) continue;
    for (Tensor& tensor : graph.tensors)
      if (tensor.type == DataType::int8) tensor.type = row.activations;
    for (const Op& op : graph.ops) {
      if (op.kind == OpKind::gather) set_constant(graph, op, 0, row.weights);
      if (!has_weights(op.kind)) continue;
      set_constant(graph, op, 1, row.weights);
      set_constant(graph, op, 2, row.biases);
    }
  }
}

void set_cache_type(Graph& graph, DataType type) {
  std::vector<Op> ops;
  std::map<TensorId, TensorId> kept;  // new rows, and those as the cache takes them
  const auto tensor = [&](TensorId id) -> Tensor& { return graph.tensors[static_cast<std::size_t>(id)]; };
  for (const TensorId id : graph.inputs)
    if (tensor(id).cache >= 0) tensor(id).type = type;
  for (Op& op : graph.ops) {
    ops.push_back(std::move(op));
    const TensorId made = ops.back().outputs[0];
    if (std::vector<TensorId>& parts = ops.back().inputs; ops.back().kind == OpKind::concat) {
      for (TensorId& part : parts)
        if (kept.count(part) != 0) part = kept[part];
      if (std::any_of(parts.begin(), parts.end(), [&](TensorId part) { return tensor(part).cache >= 0; }))
        tensor(made).type = type;
    }
    if (tensor(made).cache < 0 || tensor(made).type == type) continue;
    Tensor quantized = tensor(made);
    quantized.name += ".cached";
    quantized.type = type;
    tensor(made).cache = -1;
    graph.tensors.push_back(std::move(quantized));
    Op quantize;
    quantize.kind = OpKind::quantize;
    quantize.name = graph.tensors.back().name;
    quantize.inputs = {made};
    quantize.outputs = {static_cast<TensorId>(graph.tensors.size() - 1)};
    kept[made] = quantize.outputs[0];
    std::replace(graph.outputs.begin(), graph.outputs.end(), made, quantize.outputs[0]);
    ops.push_back(std::move(quantize));
  }
  graph.ops = std::move(ops);
}

}  // namespace takt::graph
