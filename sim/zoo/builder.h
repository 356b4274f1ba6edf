// Writes a network down layer by layer. Each method adds one operator (with its weights) and returns its output tensor.
// Shapes follow from the rules of sim/graph; an impossible layer throws graph::GraphError.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/graph/graph.h"

namespace takt::zoo {

using graph::Activation;
using graph::TensorId;

enum class Border : std::uint8_t {
  symmetric,  // dilation x (kernel - 1) / 2 on every side: PyTorch's habit
  same,       // TensorFlow's SAME
  none,
};

struct Conv {
  std::int64_t out = 0;  // channels; depthwise keeps its input's
  std::int32_t kernel = 1;
  std::int32_t stride = 1;
  Activation activation = Activation::none;
  std::int32_t dilation = 1;
  std::int32_t groups = 1;
  Border border = Border::symmetric;
  bool bias = true;           // batch normalisation, once folded, leaves one
  std::int32_t kernel_w = 0;  // columns of a window that is not square, else 0
};

// Over frames, rows and columns, padded by (kernel - 1) / 2 on every side.
struct Conv3d {
  std::int64_t out = 0;
  std::int32_t kernel_d = 1, kernel = 1;
  std::int32_t stride_d = 1, stride = 1;
  Activation activation = Activation::none;
};

struct Pool {
  std::int32_t kernel = 2;
  std::int32_t stride = 2;
  std::int32_t padding = 0;
  bool ceil = false;  // windows may start inside and end outside (PyTorch's ceil_mode)
};

class Builder {
 public:
  explicit Builder(std::string name);

  TensorId input(std::int64_t height, std::int64_t width, std::int64_t channels);  // an image, named "input"
  TensorId input(const std::string& name, const graph::Shape& shape);
  TensorId packed_input(const std::string& name, const graph::Shape& shape);  // graph::Tensor::packed
  TensorId indices(const std::string& name, const graph::Shape& shape);       // an input of int32
  TensorId constant(const std::string& name, const graph::Shape& shape);      // gains, offsets, embeddings, limits

  TensorId conv(const std::string& name, TensorId x, const Conv& conv);
  TensorId depthwise(const std::string& name, TensorId x, const Conv& conv);
  TensorId conv3d(const std::string& name, TensorId x, const Conv3d& conv);
  TensorId fully_connected(const std::string& name, TensorId x, std::int64_t out);           // leaves [rows, out]
  TensorId linear(const std::string& name, TensorId x, std::int64_t out, bool bias = true);  // of the last dimension
  // Products of the last two dimensions; with transpose_b of a's and b's last ones.
  TensorId matmul(const std::string& name, TensorId a, TensorId b, bool transpose_b = false);
  TensorId layer_norm(const std::string& name, TensorId x);
  TensorId rms_norm(const std::string& name, TensorId x);  // a layer norm without offset; costs as much
  TensorId group_norm(const std::string& name, TensorId x, std::int32_t groups);
  TensorId embed(const std::string& name, TensorId indices, std::int64_t rows, std::int64_t width);
  TensorId max_pool(const std::string& name, TensorId x, const Pool& pool);
  TensorId average_pool(const std::string& name, TensorId x, const Pool& pool);
  // Over everything between the first dimension and the channels.
  TensorId global_mean(const std::string& name, TensorId x, bool keep_dims = false);
  TensorId add(const std::string& name, TensorId a, TensorId b, Activation activation = Activation::none);
  TensorId sub(const std::string& name, TensorId a, TensorId b);
  TensorId mul(const std::string& name, TensorId a, TensorId b);
  TensorId minimum(const std::string& name, TensorId x);                    // against a constant
  TensorId unary(graph::OpKind kind, const std::string& name, TensorId x);  // logistic, softmax, relu ...
  TensorId causal_softmax(const std::string& name, TensorId scores, std::int64_t causal);  // graph::Op::causal
  TensorId concat(const std::string& name, const std::vector<TensorId>& parts);            // along channels
  TensorId concat(const std::string& name, const std::vector<TensorId>& parts, std::int32_t axis);
  TensorId slice(const std::string& name, TensorId x, const graph::Shape& begin, const graph::Shape& size);
  TensorId slice_channels(const std::string& name, TensorId x, std::int64_t begin, std::int64_t count);
  TensorId pad(const std::string& name, TensorId x, const graph::Shape& before, const graph::Shape& after);
  TensorId transpose(const std::string& name, TensorId x, const graph::Shape& permutation);
  TensorId squeeze(const std::string& name, TensorId x);  // drops rows and columns of 1
  TensorId reshape(const std::string& name, TensorId x, const graph::Shape& shape);
  TensorId depth_to_space(const std::string& name, TensorId x, std::int32_t block);
  TensorId space_to_depth(const std::string& name, TensorId x, std::int32_t block);
  TensorId resize_bilinear(const std::string& name, TensorId x, std::int64_t height, std::int64_t width);
  TensorId resize_nearest(const std::string& name, TensorId x, std::int64_t height, std::int64_t width);
  TensorId arg_max(const std::string& name, TensorId x);  // over channels

  const graph::Shape& shape(TensorId x) const { return graph_.tensors.at(static_cast<std::size_t>(x)).shape; }
  std::int64_t channels(TensorId x) const { return shape(x).back(); }

  graph::Graph finish(TensorId output);  // validates; leaves the builder empty
  graph::Graph finish(const std::vector<TensorId>& outputs);

 private:
  TensorId tensor(const std::string& name, graph::Shape shape, graph::DataType type, bool constant);
  void add_weights(graph::Op& op, const graph::Shape& shape, std::int64_t bias);  // bias: elements, 0: none
  TensorId resize(graph::OpKind kind, const std::string& name, TensorId x, std::int64_t height, std::int64_t width);
  TensorId emit(graph::Op op, graph::DataType type = graph::DataType::int8);
  graph::Op norm(graph::OpKind kind, const std::string& name, TensorId x);
  TensorId pool(graph::OpKind kind, const std::string& name, TensorId x, const Pool& pool);
  void place_window(graph::Op& op, const graph::Shape& x, const Conv& conv) const;

  graph::Graph graph_;
};

}  // namespace takt::zoo
