// The quantized operator graph every importer and the zoo produce and the compiler consumes.
// Activations are NHWC (batch, height, width, channels) or plain [rows, columns]; a reader converts other layouts.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace takt::graph {

enum class DataType : std::uint8_t { int4, int8, uint8, int16, int32, int64, float16, float32, boolean };

// Storage of n elements, rounded up to whole bytes.
std::uint64_t bytes_of(DataType type, std::uint64_t elements);
const char* name_of(DataType type);

using Shape = std::vector<std::int64_t>;  // every dimension >= 1 once shapes are inferred; scalars are {}

// Product of the dimensions; 1 for a scalar. Throws GraphError where it exceeds 2^40.
std::uint64_t elements_of(const Shape& shape);

using TensorId = std::int32_t;
constexpr TensorId no_tensor = -1;

struct Tensor {
  std::string name;
  Shape shape;
  DataType type = DataType::int8;
  bool constant = false;           // weights, biases, shape operands; contents stay in the file
  std::vector<float> scale;        // one per tensor or one per channel; empty when not quantized
  std::vector<std::int64_t> zero_point;
  std::vector<std::int64_t> values;  // contents of small integer constants (shapes, axes, paddings), else empty

  std::uint64_t elements() const { return elements_of(shape); }
  std::uint64_t bytes() const { return bytes_of(type, elements()); }
};

enum class OpKind : std::uint8_t {
  conv2d, depthwise_conv2d, transpose_conv2d, fully_connected, batch_matmul,
  add, sub, mul, minimum, maximum,
  relu, relu6, hard_swish, logistic, tanh, gelu, leaky_relu,
  average_pool, max_pool, mean, softmax,
  concat, split, slice, pad, reshape, squeeze, transpose,
  depth_to_space, space_to_depth, resize_bilinear, resize_nearest,
  quantize, dequantize, arg_max, lstm, svdf, variable, custom,
};
const char* name_of(OpKind kind);

enum class Activation : std::uint8_t { none, relu, relu6, relu_n1_to_1, tanh };

// One operator. Only the fields its kind uses are meaningful; the rest keep their defaults.
struct Op {
  OpKind kind = OpKind::custom;
  std::string name;                 // for reports: the output tensor's name, or the source operator's
  std::vector<TensorId> inputs;     // activations first, then weights, bias; no_tensor where optional and absent
  std::vector<TensorId> outputs;
  Activation activation = Activation::none;  // fused in the source format

  std::int32_t kernel_h = 1, kernel_w = 1;
  std::int32_t stride_h = 1, stride_w = 1;
  std::int32_t dilation_h = 1, dilation_w = 1;
  std::int32_t pad_top = 0, pad_bottom = 0, pad_left = 0, pad_right = 0;  // resolved; SAME is worked out by the reader
  std::int32_t groups = 1;
  std::int32_t axis = 0;            // concat, softmax, split, arg_max
  std::int32_t block = 1;           // depth_to_space, space_to_depth
  std::string custom_code;          // custom and unknown operators: what the file calls them
};

struct Graph {
  std::string name;
  std::vector<Tensor> tensors;
  std::vector<Op> ops;              // in an order in which producers come before consumers
  std::vector<TensorId> inputs;
  std::vector<TensorId> outputs;
};

// Useful multiply-accumulates of one operator. CONV_2D = output elements x kh x kw x cin / groups, DEPTHWISE = output
// elements x kh x kw, FULLY_CONNECTED = output elements x inputs, LSTM = 4 gates x (input + recurrent) x cells x steps,
// SVDF = feature + time filters; every other kind has none. Padding taps count (as all published figures do).
std::uint64_t macs_of(const Graph& graph, const Op& op);
std::uint64_t macs_of(const Graph& graph);

// Bytes of constants: weights and biases, without shape operands.
std::uint64_t weight_bytes_of(const Graph& graph);

// Throws GraphError where a tensor id is out of range, an op reads a tensor nothing produced, shapes do not agree with the
// operator, or a tensor has two producers.
void validate(const Graph& graph);

}  // namespace takt::graph
