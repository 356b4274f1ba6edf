// The quantized operator graph every importer and the zoo produce and the compiler consumes.
// Activations are NHWC (batch, height, width, channels), NDHWC (with frames before the height) or plain
// [rows, columns]; a reader converts other layouts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace takt::graph {

// clang-format off
enum class DataType : std::uint8_t {
  int4, int8, uint8, int16, int32, int64, float16, float32, boolean, uint16, uint32, uint64, float64,
  resource,  // the handle of a state variable: occupies nothing
};
// clang-format on

// Storage of n elements, rounded up to whole bytes. Throws GraphError where it exceeds 2^63.
std::uint64_t bytes_of(DataType type, std::uint64_t elements);
const char* name_of(DataType type);

using Shape = std::vector<std::int64_t>;  // every dimension >= 1 once shapes are inferred; scalars are {}

// Product of the dimensions; 1 for a scalar. Throws GraphError where it exceeds 2^40 or a dimension is below 1.
std::uint64_t elements_of(const Shape& shape);

using TensorId = std::int32_t;
constexpr TensorId no_tensor = -1;

// Bytes of a constant as DataType has them, little-endian; two 4-bit elements a byte, the first one low.
using Contents = std::shared_ptr<const std::vector<std::uint8_t>>;

// Whether a reader brings the contents of constants along; without them a graph is enough for time, not for answers.
enum class WithContents : bool { no, yes };

struct Tensor {
  std::string name;
  Shape shape;
  DataType type = DataType::int8;
  bool constant = false;      // weights, biases, shape operands
  bool variable = false;      // state kept from one inference to the next (LSTM, SVDF); nothing need produce it
  bool packed = false;        // an input that lies as the engines want a product's right operand: a cache of their own
  std::int32_t growing = -1;  // the dimension that follows the graph's parameter: as far above it as shape states
  std::int32_t cache = -1;   // an input that is kept from job to job, and the output with its new rows, have its number
  std::vector<float> scale;  // one per tensor or one per channel; empty when not quantized
  std::vector<std::int64_t> zero_point;
  std::vector<std::int64_t> values;  // contents of small integer constants (shapes, axes, paddings), else empty
  Contents contents;                 // of a constant, where the reader was asked for them

  std::uint64_t elements() const { return elements_of(shape); }
  std::uint64_t bytes() const { return bytes_of(type, elements()); }
};

// clang-format off
enum class OpKind : std::uint8_t {
  conv2d, depthwise_conv2d, transpose_conv2d, conv3d, fully_connected, batch_matmul,
  add, sub, mul, minimum, maximum,
  relu, relu6, hard_swish, logistic, tanh, gelu, leaky_relu,
  average_pool, max_pool, mean, softmax, layer_norm, group_norm,
  concat, split, slice, pad, reshape, squeeze, transpose,
  depth_to_space, space_to_depth, resize_bilinear, resize_nearest,
  quantize, dequantize, arg_max, gather, lstm, svdf, variable, custom,
};
// clang-format on
const char* name_of(OpKind kind);

enum class Activation : std::uint8_t { none, relu, relu6, relu_n1_to_1, tanh };

// One operator. Only the fields its kind uses are meaningful; the rest keep their defaults.
struct Op {
  OpKind kind = OpKind::custom;
  std::string name;  // for reports: the output tensor's name, or the source operator's
  // Activations first, then weights, bias, then shape operands; no_tensor where optional and absent. LSTM and SVDF keep
  // TFLite's order. Weights: conv2d [out, kh, kw, in / groups], depthwise [1, kh, kw, out], transpose_conv2d
  // [out, kh, kw, in], conv3d [out, kd, kh, kw, in / groups], fully_connected [out, in]; scales and zero points of
  // weights quantized in blocks follow the bias. Norms: activations, gain and offset per channel (both optional).
  // gather: table [rows, ...], indices.
  std::vector<TensorId> inputs;
  std::vector<TensorId> outputs;
  Activation activation = Activation::none;  // fused in the source format
  std::int32_t expert = -1;  // of a mixture of experts, whose weights are chosen job by job: its place among the chosen

  std::int32_t kernel_h = 1, kernel_w = 1;
  std::int32_t stride_h = 1, stride_w = 1;
  std::int32_t dilation_h = 1, dilation_w = 1;
  std::int32_t pad_top = 0, pad_bottom = 0, pad_left = 0, pad_right = 0;  // resolved; SAME is worked out by the reader
  std::int32_t kernel_d = 1, stride_d = 1, pad_front = 0, pad_back = 0;   // conv3d: along frames, no dilation
  bool counts_padding = false;  // average_pool: divides by the whole window, what lies outside the input included
  std::int32_t groups = 1;      // convolutions, group_norm; svdf: filters per unit (its rank)
  std::int32_t axis = 0;        // concat, softmax, split, arg_max; never negative
  std::int32_t block = 1;       // depth_to_space, space_to_depth; fully_connected: weights that share a scale

  // Resolved from the shape operands, never negative; empty where the operand is known only at run time, and then the
  // stored output shape stands.
  std::vector<std::int64_t> axes;  // mean: reduced; squeeze, slice: dropped; transpose: the permutation
  // slice: first element of each dimension; pad: elements added before it; resize_nearest: the input's row under each
  // of the output, empty where the fields below say it.
  std::vector<std::int64_t> begin;
  std::vector<std::int64_t> end;   // pad: elements added after each dimension; resize_nearest: columns as rows in begin
  std::vector<std::int64_t> step;  // slice: distance between elements taken (negative: backwards); empty means 1
  std::vector<std::int64_t> size;  // slice: elements taken; reshape: new shape; resize: {height, width}; split: extents
  bool keep_dims = false;          // mean: reduced dimensions stay as 1; fully_connected: leading dimensions stay
  bool transpose_a = false, transpose_b = false;  // batch_matmul
  bool time_major = false;  // lstm: input is [steps, batch, features], not [batch, steps, features]
  float beta = 1;           // softmax: of exp(beta * x)
  // softmax along the last axis, of attention: of row r's first `causal` elements those behind number r % causal count
  // as nothing, and get nothing, as a mask would have it. 0: every element counts.
  std::int64_t causal = 0;
  float alpha = 0;                                         // leaky_relu: slope below zero
  bool approximate = false;                                // gelu: by a tangent
  float epsilon = 1e-5F;                                   // norms: added to the variance
  bool centered = true;                                    // layer_norm: the mean is subtracted; RMS norms leave it
  bool align_corners = false, half_pixel_centers = false;  // resize: which positions of input and output agree
  std::string custom_code;                                 // custom and unknown operators: what the file calls them
  // What of the file's operator these fields do not say. It costs what they say; its answers cannot be computed.
  std::string beyond;
};

// Whose rounding the quantized operators follow: what the makers of the file's format do.
enum class Arithmetic : std::uint8_t { tflite, onnx };

// A number that differs from job to job. Shapes state what is for its limit; a dimension of a tensor may grow with it,
// one element for each. Between 0 and the limit.
struct Parameter {
  std::string name;
  std::int64_t limit = 0;
};

struct Graph {
  std::string name;
  Arithmetic arithmetic = Arithmetic::tflite;
  std::vector<Tensor> tensors;
  std::vector<Op> ops;  // in an order in which producers come before consumers
  std::vector<TensorId> inputs;
  std::vector<TensorId> outputs;
  std::optional<Parameter> parameter;
};

// Useful multiply-accumulates of one operator. CONV_2D = output elements x kh x kw x cin / groups, DEPTHWISE = output
// elements x kh x kw, TRANSPOSE_CONV = input elements x kh x kw x cout, CONV_3D = as CONV_2D with kd taps more,
// FULLY_CONNECTED = output elements x inputs,
// BATCH_MATMUL = output elements x inner dimension, LSTM = 4 gates x (input + recurrent) x cells x steps (coupled gates
// and projections as stored), SVDF = feature + time filters; every other kind has none. Padding taps count (as all
// published figures do). Throws GraphError where the count exceeds 64 bits.
std::uint64_t macs_of(const Graph& graph, const Op& op);
std::uint64_t macs_of(const Graph& graph);

// True for inputs that only describe the operation (shapes, axes, paddings): already resolved into the Op's fields.
bool is_shape_operand(const Op& op, std::size_t input_index);

// Bytes of constants: weights and biases, each tensor once, without shape operands.
std::uint64_t weight_bytes_of(const Graph& graph);

// Throws GraphError where a tensor id is out of range, an op reads a tensor nothing produced, shapes do not agree with
// the operator, or a tensor has two producers.
void validate(const Graph& graph);

// Its first half, which needs no shapes: ids, order, one producer a tensor.
void validate_dataflow(const Graph& graph);

}  // namespace takt::graph
