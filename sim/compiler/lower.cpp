#include "sim/compiler/lower.h"

#include <algorithm>
#include <map>

#include "models/units/quantity.h"
#include "sim/compiler/npu_ops.h"
#include "sim/graph/operands.h"

namespace takt::compiler {

using graph::Graph;
using graph::Op;
using graph::OpKind;
using graph::Tensor;
using graph::TensorId;

namespace {

using Lowering = void (*)(const LoweringContext&, Layer&);

Lowering lowering_of(OpKind kind) {
  switch (kind) {
    case OpKind::conv2d:
    case OpKind::transpose_conv2d:
    case OpKind::conv3d:
    case OpKind::fully_connected:
    case OpKind::batch_matmul:
      return lower_matrix;
    case OpKind::depthwise_conv2d:
    case OpKind::average_pool:
    case OpKind::max_pool:
      return lower_window;
    case OpKind::mean:
    case OpKind::softmax:
      return lower_reduction;
    case OpKind::layer_norm:
    case OpKind::group_norm:
      return lower_norm;
    case OpKind::concat:
    case OpKind::slice:
    case OpKind::pad:
    case OpKind::transpose:
    case OpKind::depth_to_space:
    case OpKind::space_to_depth:
    case OpKind::resize_bilinear:
    case OpKind::resize_nearest:
      return lower_movement;
    default:
      return lower_elementwise;
  }
}

// These change the operand's layout anyway, so they take an image as it comes.
bool takes_any_layout(const Op& op, TensorId operand, std::size_t rank) {
  switch (op.kind) {
    case OpKind::transpose:
    case OpKind::space_to_depth:
    case OpKind::depth_to_space:
    case OpKind::slice:
      return true;
    case OpKind::concat:
      return static_cast<std::size_t>(op.axis) + 1 != rank;
    case OpKind::batch_matmul:
      return op.inputs[1] == operand && op.inputs[0] != operand;
    default:
      return false;
  }
}

std::uint64_t elements_before(const graph::Shape& shape, std::size_t axis) {
  return graph::elements_of(graph::Shape(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(axis)));
}

std::uint64_t elements_behind(const graph::Shape& shape, std::size_t axis) {
  return graph::elements_of(graph::Shape(shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1, shape.end()));
}

// Which dimension of a product's constant counts output channels.
std::size_t channel_axis(const Op& op, std::size_t rank) {
  if (op.kind != OpKind::batch_matmul) return 0;
  return rank - (op.transpose_b ? 2 : 1);
}

Constant constant_of(const Graph& graph, const Op& op, std::size_t index) {
  const Tensor& tensor = graph::input(graph, op, index);
  const std::size_t rank = tensor.shape.size();
  Constant result;
  result.tensor = op.inputs[index];
  if (tensor.elements() == 1) {
    result.share = Constant::Share::immediate;
  } else if (lowering_of(op.kind) == lower_matrix && rank > 0) {
    const std::size_t axis = channel_axis(op, rank);
    result.share = Constant::Share::by_channel;
    result.outer = elements_before(tensor.shape, axis);
    result.inner = elements_behind(tensor.shape, axis);
  }
  return result;
}

class Lowerer {
 public:
  Lowerer(const Graph& graph, const Target& target) : graph_(graph), target_(target), values_(graph.tensors.size()) {}

  Network run() {
    if (graph_.parameter) network_.parameter_limit = graph_.parameter->limit;
    for (const TensorId id : graph_.inputs) add_input(id);
    for (std::size_t i = 0; i < graph_.ops.size(); ++i) {
      const Op& op = graph_.ops[i];
      if (is_view(op.kind))
        value(op.outputs[0]) = value(op.inputs[0]);
      else if (joins_operands(op))
        join_operands(op);
      else
        add_op(op, i);
    }
    for (const TensorId id : graph_.outputs) add_output(id);
    return std::move(network_);
  }

 private:
  const Tensor& tensor(TensorId id) const { return graph_.tensors[static_cast<std::size_t>(id)]; }
  Value& value(TensorId id) { return values_[static_cast<std::size_t>(id)]; }

  Value add_storage(const std::string& name, const Geometry& geometry) {
    Storage storage;
    storage.name = name;
    storage.geometry = geometry;
    network_.storages.push_back(std::move(storage));
    return {static_cast<StorageId>(network_.storages.size() - 1), 0, geometry.channels};
  }

  void add_input(TensorId id) {
    Geometry geometry = geometry_of(tensor(id));
    if (tensor(id).packed) geometry = with_pixel_rows(geometry);
    const Value raw = add_storage(tensor(id).name, geometry);
    Storage& storage = network_.storage(raw.storage);
    storage.input = true;
    storage.home_base = TAKT_BASE_INPUT;
    note_cache(storage, tensor(id), tensor(id).growing);
    network_.inputs.push_back(raw.storage);
    value(id) = raw;
    if (tensor(id).shape.size() >= 4 && geometry.height * geometry.width > 1 && !sole_user_takes_any_layout(id))
      value(id) = add_move(raw, geometry, "input layout", tensor(id).name);
  }

  bool sole_user_takes_any_layout(TensorId id) const {
    const Op* user = nullptr;
    int users = 0;
    for (const Op& op : graph_.ops)
      if (std::count(op.inputs.begin(), op.inputs.end(), id) != 0) user = &op, ++users;
    return users == 1 && takes_any_layout(*user, id, tensor(id).shape.size());
  }

  // A layer that copies a value into the engines' layout.
  Value add_move(const Value& from, const Geometry& geometry, const char* op, const std::string& name) {
    Layer layer;
    layer.name = name;
    layer.op = op;
    layer.overhead = TAKT_OVERHEAD_IRREGULAR;
    layer.inputs = {{from, with_flat_rows(geometry), {}, false}};
    layer.output = {add_storage(name, geometry), with_flat_rows(geometry), {}, false};
    layer.vector.present = true;
    layer.vector.kind = TAKT_VECTOR_LAYOUT;
    layer.vector.move = padded_row_bytes(geometry, target_);
    layer.vector.padded_channels = padded_channels(geometry.channels, target_);
    layer.vector.element_bytes = static_cast<std::uint8_t>(geometry.element_bytes);
    const Value result = layer.output.value;
    network_.layers.push_back(std::move(layer));
    return result;
  }

  // A layer that finds mean and variance of each group of channels; the norm reads them whole.
  Operand add_statistics(const Op& op, const Layer& norm) {
    Layer layer;
    layer.name = norm.name;
    layer.op = "group statistics";
    layer.inputs = {norm.inputs[0]};
    layer.stages = {{norm.stages[0].op, {{Source::Kind::input, 0}}}};
    const Geometry geometry = {1, 1, 1, 2 * norm.inputs[0].view.images * static_cast<std::uint64_t>(op.groups), 4};
    layer.output = {add_storage(norm.name + ".statistics", geometry), geometry, {}, false};
    lower_statistics({graph_, op, target_}, layer);
    network_.layers.push_back(std::move(layer));
    Operand result = network_.layers.back().output;
    result.map.kind = RowMap::Kind::all;
    return result;
  }

  // The layer's first stage, with its operands.
  void add_operands(const Op& op, std::size_t index, Layer& layer) {
    Stage stage{index, std::vector<Source>(op.inputs.size())};
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
      if (!graph::has_input(op, i) || graph::is_shape_operand(op, i)) continue;
      const Tensor& input = tensor(op.inputs[i]);
      if (input.constant) {
        stage.operands[i] = {Source::Kind::constant, layer.constants.size()};
        layer.constants.push_back(constant_of(graph_, op, i));
        layer.constant_bytes += input.bytes();
      } else {
        stage.operands[i] = {Source::Kind::input, layer.inputs.size()};
        if (op.kind == OpKind::batch_matmul && i == 1 && !layer.inputs.empty())
          add_factor(op.inputs[i], layer);
        else
          layer.inputs.push_back({value(op.inputs[i]), geometry_of(input), {}, false});
      }
    }
    layer.stages = {std::move(stage)};
  }

  // A concatenation of rows that only products read, as their second operand: they find one part behind the other.
  bool joins_operands(const Op& op) const {
    const TensorId id = op.outputs[0];
    const std::size_t rank = tensor(id).shape.size();
    if (op.kind != OpKind::concat || static_cast<std::size_t>(op.axis) + 2 != rank) return false;
    const auto may_lie_apart = [&](TensorId part) {
      return !tensor(part).constant && same_quantization(tensor(part), tensor(id));
    };
    const auto may_read = [&](const Op& reader) {
      const auto uses = std::count(reader.inputs.begin(), reader.inputs.end(), id);
      return uses == 0 || (reader.kind == OpKind::batch_matmul && uses == 1 && reader.inputs[1] == id &&
                           !tensor(reader.inputs[0]).constant);
    };
    return std::all_of(op.inputs.begin(), op.inputs.end(), may_lie_apart) &&
           std::all_of(graph_.ops.begin(), graph_.ops.end(), may_read) &&
           std::count(graph_.outputs.begin(), graph_.outputs.end(), id) == 0;
  }

  void join_operands(const Op& op) {
    std::vector<Operand>& parts = joined_[op.outputs[0]];
    for (const TensorId id : op.inputs) {
      parts.push_back(factor(id, tensor(op.outputs[0]).name));
      parts.back().continues = parts.size() > 1;
    }
  }

  // The second operand of a product, as weights lie.
  void add_factor(TensorId id, Layer& layer) {
    const auto joined = joined_.find(id);
    if (joined == joined_.end())
      layer.inputs.push_back(factor(id, layer.name));
    else
      layer.inputs.insert(layer.inputs.end(), joined->second.begin(), joined->second.end());
  }

  Operand factor(TensorId id, const std::string& name) {
    const Tensor& t = tensor(id);
    Operand result;
    result.value = t.packed ? value(id) : add_move(value(id), geometry_of(t), "operand layout", name);
    result.view = matrices(t);
    result.growing =
        network_.storage(result.value.storage).input && t.growing == static_cast<std::int32_t>(t.shape.size()) - 2;
    return result;
  }

  void add_op(const Op& op, std::size_t index) {
    Layer layer;
    layer.op = name_of(op.kind);
    layer.name = !op.name.empty() ? op.name : tensor(op.outputs[0]).name;
    if (layer.name.empty()) layer.name = layer.op + "_" + std::to_string(network_.layers.size());
    add_operands(op, index, layer);
    if (layer.constant_bytes != 0) layer.expert = op.expert;
    const Geometry geometry = geometry_of(tensor(op.outputs[0]));
    layer.output = {add_storage(tensor(op.outputs[0]).name, geometry), geometry, {}, false};
    if (op.kind == OpKind::group_norm) {
      layer.inputs.push_back(add_statistics(op, layer));
      layer.stages[0].operands.push_back({Source::Kind::input, layer.inputs.size() - 1});
    }
    lowering_of(op.kind)({graph_, op, target_}, layer);
    layer.tensor_stages = layer.matrix.present ? 1 : 0;
    find_growth(op, layer);
    keep_tiles_shape(network_, layer);
    value(op.outputs[0]) = layer.output.value;
    network_.layers.push_back(std::move(layer));
  }

  // Growth of the last dimension; none where another one grows.
  Growth growth_of(TensorId id) const {
    const Tensor& t = tensor(id);
    if (!graph_.parameter || t.growing < 0 || static_cast<std::size_t>(t.growing) + 1 != t.shape.size()) return {};
    return {true, t.shape.back() - graph_.parameter->limit};
  }

  // Products of cached keys and values, and what works on rows of scores.
  void find_growth(const Op& op, Layer& layer) const {
    if (!graph_.parameter) return;
    if (!layer.matrix.present) {
      layer.vector.channels = growth_of(op.outputs[0]);
      const bool parts = op.kind == OpKind::concat && layer.inputs.size() == op.inputs.size();
      for (std::size_t k = 0; parts && k < layer.inputs.size(); ++k) layer.inputs[k].channels = growth_of(op.inputs[k]);
    } else if (op.kind == OpKind::batch_matmul && layer.inputs.size() > 1) {
      layer.matrix.out = growth_of(op.outputs[0]);
      if (!op.transpose_a) layer.matrix.in = growth_of(op.inputs[0]);
    }
  }

  // Every program output is stored once: what is an input, or an output already, is copied.
  void add_output(TensorId id) {
    const Value made = value(id);
    const Storage& from = network_.storage(made.storage);
    if (from.input || from.output) value(id) = add_move(made, geometry_of(tensor(id)), "output copy", tensor(id).name);
    Storage& storage = network_.storage(value(id).storage);
    storage.output = true;
    storage.home_base = TAKT_BASE_OUTPUT;
    note_cache(storage, tensor(id), static_cast<std::int32_t>(tensor(id).shape.size()) - 2);
    network_.outputs.push_back(value(id).storage);
  }

  // `tokens`: the dimension that counts them.
  static void note_cache(Storage& storage, const Tensor& t, std::int32_t tokens) {
    if (t.cache < 0 || tokens < 0) return;
    storage.cache = t.cache;
    storage.cache_heads = elements_before(t.shape, static_cast<std::size_t>(tokens));
    storage.cache_row = graph::bytes_of(t.type, static_cast<std::uint64_t>(t.shape.back()));
  }

  const Graph& graph_;
  const Target& target_;
  std::vector<Value> values_;  // by tensor
  std::map<TensorId, std::vector<Operand>> joined_;
  Network network_;
};

}  // namespace

void keep_tiles_shape(Network& network, Layer& layer) {
  if (!layer.matrix.present || layer.matrix.taps.size() != 1) return;
  network.storage(layer.output.value.storage).geometry = layer.output.view;
  layer.output.value.channels = layer.output.view.channels;
}

std::size_t row_dimensions(const graph::Shape& shape) {
  return shape.size() >= 4 ? shape.size() - 2 : shape.empty() ? 0 : shape.size() - 1;
}

std::uint64_t padded_channels(std::uint64_t channels, const Target& target) {
  return units::ceil_div(channels, target.granule) * target.granule;
}

std::uint64_t padded_row_bytes(const Geometry& geometry, const Target& target) {
  return geometry.width * padded_channels(geometry.channels, target) * geometry.element_bytes;
}

RowMap window_rows(std::int64_t stride, std::int64_t kernel, std::int64_t dilation, std::int64_t before) {
  return {RowMap::Kind::rows, stride, 1, -before, (kernel - 1) * dilation - before};
}

Network lower(const Graph& graph, const Target& target) { return Lowerer(graph, target).run(); }

}  // namespace takt::compiler
