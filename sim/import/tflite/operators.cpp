#include "sim/import/tflite/operators.h"

#include "sim/graph/operands.h"

namespace takt::tflite {

using graph::GraphError;
using graph::OpKind;

namespace {

void convert_nothing(Conversion&) {}

template <typename Options>
void convert_activation(Conversion& c) {
  c.op.activation = activation_of(c.options<Options>().fused_activation_function());
}

void convert_fully_connected(Conversion& c) {
  const auto& options = c.options<schema::FullyConnectedOptions>();
  if (options.weights_format() != schema::FullyConnectedOptionsWeightsFormat_DEFAULT)
    throw GraphError("found weights format " + std::to_string(options.weights_format()) + ", expected 0 (rows)");
  c.op.activation = activation_of(options.fused_activation_function());
  c.op.keep_dims = options.keep_num_dims();
}

void convert_batch_matmul(Conversion& c) {
  const auto& options = c.options<schema::BatchMatMulOptions>();
  c.op.transpose_a = options.adj_x();
  c.op.transpose_b = options.adj_y();
}

void convert_softmax(Conversion& c) {
  c.op.axis = static_cast<std::int32_t>(non_negative_axis(-1, graph::input_shape(c.graph, c.op, 0).size()));
  c.op.beta = c.options<schema::SoftmaxOptions>().beta();
}

void convert_leaky_relu(Conversion& c) { c.op.alpha = c.options<schema::LeakyReluOptions>().alpha(); }
void convert_gelu(Conversion& c) { c.op.approximate = c.options<schema::GeluOptions>().approximate(); }
void convert_depth_to_space(Conversion& c) { c.op.block = c.options<schema::DepthToSpaceOptions>().block_size(); }
void convert_space_to_depth(Conversion& c) { c.op.block = c.options<schema::SpaceToDepthOptions>().block_size(); }

template <typename Options>
void convert_resize(Conversion& c) {
  c.op.size = c.values(1);
  c.op.align_corners = c.options<Options>().align_corners();
  c.op.half_pixel_centers = c.options<Options>().half_pixel_centers();
}

void convert_lstm(Conversion& c) {
  if (c.options<schema::LSTMOptions>().kernel_type() == schema::LSTMKernelType_FULL) return;
  c.op.kind = OpKind::custom;  // the basic kernel has other operands: one matrix for all gates
  c.op.custom_code = "LSTM";
}

void convert_sequence_lstm(Conversion& c) {
  c.op.time_major = c.options<schema::UnidirectionalSequenceLSTMOptions>().time_major();
}

void convert_svdf(Conversion& c) {
  const auto& options = c.options<schema::SVDFOptions>();
  c.op.groups = options.rank();
  c.op.activation = activation_of(options.fused_activation_function());
}

constexpr OperatorRow rows[] = {
    {schema::BuiltinOperator_CONV_2D, OpKind::conv2d, convert_conv2d},
    {schema::BuiltinOperator_DEPTHWISE_CONV_2D, OpKind::depthwise_conv2d, convert_depthwise_conv2d},
    {schema::BuiltinOperator_TRANSPOSE_CONV, OpKind::transpose_conv2d, convert_transpose_conv2d},
    {schema::BuiltinOperator_FULLY_CONNECTED, OpKind::fully_connected, convert_fully_connected},
    {schema::BuiltinOperator_BATCH_MATMUL, OpKind::batch_matmul, convert_batch_matmul},
    {schema::BuiltinOperator_ADD, OpKind::add, convert_activation<schema::AddOptions>},
    {schema::BuiltinOperator_SUB, OpKind::sub, convert_activation<schema::SubOptions>},
    {schema::BuiltinOperator_MUL, OpKind::mul, convert_activation<schema::MulOptions>},
    {schema::BuiltinOperator_MINIMUM, OpKind::minimum, convert_nothing},
    {schema::BuiltinOperator_MAXIMUM, OpKind::maximum, convert_nothing},
    {schema::BuiltinOperator_RELU, OpKind::relu, convert_nothing},
    {schema::BuiltinOperator_RELU6, OpKind::relu6, convert_nothing},
    {schema::BuiltinOperator_HARD_SWISH, OpKind::hard_swish, convert_nothing},
    {schema::BuiltinOperator_LOGISTIC, OpKind::logistic, convert_nothing},
    {schema::BuiltinOperator_TANH, OpKind::tanh, convert_nothing},
    {schema::BuiltinOperator_GELU, OpKind::gelu, convert_gelu},
    {schema::BuiltinOperator_LEAKY_RELU, OpKind::leaky_relu, convert_leaky_relu},
    {schema::BuiltinOperator_AVERAGE_POOL_2D, OpKind::average_pool, convert_pool},
    {schema::BuiltinOperator_MAX_POOL_2D, OpKind::max_pool, convert_pool},
    {schema::BuiltinOperator_MEAN, OpKind::mean, convert_mean},
    {schema::BuiltinOperator_SOFTMAX, OpKind::softmax, convert_softmax},
    {schema::BuiltinOperator_CONCATENATION, OpKind::concat, convert_concat},
    {schema::BuiltinOperator_SPLIT, OpKind::split, convert_split},
    {schema::BuiltinOperator_SPLIT_V, OpKind::split, convert_split_v},
    {schema::BuiltinOperator_SLICE, OpKind::slice, convert_slice},
    {schema::BuiltinOperator_STRIDED_SLICE, OpKind::slice, convert_strided_slice},
    {schema::BuiltinOperator_PAD, OpKind::pad, convert_pad},
    {schema::BuiltinOperator_PADV2, OpKind::pad, convert_pad},
    {schema::BuiltinOperator_RESHAPE, OpKind::reshape, convert_reshape},
    {schema::BuiltinOperator_EXPAND_DIMS, OpKind::reshape, convert_expand_dims},
    {schema::BuiltinOperator_SQUEEZE, OpKind::squeeze, convert_squeeze},
    {schema::BuiltinOperator_TRANSPOSE, OpKind::transpose, convert_transpose},
    {schema::BuiltinOperator_DEPTH_TO_SPACE, OpKind::depth_to_space, convert_depth_to_space},
    {schema::BuiltinOperator_SPACE_TO_DEPTH, OpKind::space_to_depth, convert_space_to_depth},
    {schema::BuiltinOperator_RESIZE_BILINEAR, OpKind::resize_bilinear, convert_resize<schema::ResizeBilinearOptions>},
    {schema::BuiltinOperator_RESIZE_NEAREST_NEIGHBOR, OpKind::resize_nearest,
     convert_resize<schema::ResizeNearestNeighborOptions>},
    {schema::BuiltinOperator_QUANTIZE, OpKind::quantize, convert_nothing},
    {schema::BuiltinOperator_DEQUANTIZE, OpKind::dequantize, convert_nothing},
    {schema::BuiltinOperator_ARG_MAX, OpKind::arg_max, convert_arg_max},
    {schema::BuiltinOperator_LSTM, OpKind::lstm, convert_lstm},
    {schema::BuiltinOperator_UNIDIRECTIONAL_SEQUENCE_LSTM, OpKind::lstm, convert_sequence_lstm},
    {schema::BuiltinOperator_SVDF, OpKind::svdf, convert_svdf},
    {schema::BuiltinOperator_VAR_HANDLE, OpKind::variable, convert_nothing},
    {schema::BuiltinOperator_READ_VARIABLE, OpKind::variable, convert_nothing},
    {schema::BuiltinOperator_ASSIGN_VARIABLE, OpKind::variable, convert_nothing},
    {schema::BuiltinOperator_CALL_ONCE, OpKind::variable, convert_nothing},
};

constexpr schema::BuiltinOperator control_flow[] = {schema::BuiltinOperator_IF, schema::BuiltinOperator_WHILE,
                                                    schema::BuiltinOperator_CALL,
                                                    schema::BuiltinOperator_STABLEHLO_WHILE};

struct ActivationRow {
  schema::ActivationFunctionType type;
  graph::Activation means;
};

constexpr ActivationRow activation_rows[] = {
    {schema::ActivationFunctionType_NONE, graph::Activation::none},
    {schema::ActivationFunctionType_RELU, graph::Activation::relu},
    {schema::ActivationFunctionType_RELU6, graph::Activation::relu6},
    {schema::ActivationFunctionType_RELU_N1_TO_1, graph::Activation::relu_n1_to_1},
    {schema::ActivationFunctionType_TANH, graph::Activation::tanh},
};

}  // namespace

const std::vector<std::int64_t>& Conversion::values(std::size_t input) const {
  static const std::vector<std::int64_t> none;
  return graph::has_input(op, input) ? graph::input(graph, op, input).values : none;
}

void Conversion::reject_options(schema::BuiltinOptions expected) const {
  throw GraphError("found options " + std::to_string(source.builtin_options_type()) + " (" +
                   schema::EnumNameBuiltinOptions(source.builtin_options_type()) + "), expected " +
                   schema::EnumNameBuiltinOptions(expected));
}

const OperatorRow* operator_row(std::int64_t code) {
  for (const OperatorRow& row : rows)
    if (row.code == code) return &row;
  return nullptr;
}

std::string operator_name(std::int64_t code) {
  if (code < schema::BuiltinOperator_MIN || code > schema::BuiltinOperator_MAX)
    return "BUILTIN_" + std::to_string(code);
  return schema::EnumNameBuiltinOperator(static_cast<schema::BuiltinOperator>(code));
}

bool is_control_flow(std::int64_t code) {
  for (const schema::BuiltinOperator known : control_flow)
    if (known == code) return true;
  return false;
}

graph::Activation activation_of(schema::ActivationFunctionType type) {
  for (const ActivationRow& row : activation_rows)
    if (row.type == type) return row.means;
  throw GraphError("found fused activation " + std::to_string(type) + ", expected 0 (none) to 4 (tanh)");
}

std::int64_t non_negative_axis(std::int64_t axis, std::size_t rank) {
  const auto dimensions = static_cast<std::int64_t>(rank);
  if (axis < -dimensions || axis >= dimensions)
    throw GraphError("found axis " + std::to_string(axis) + " of " + std::to_string(rank) + " dimensions");
  return axis < 0 ? axis + dimensions : axis;
}

}  // namespace takt::tflite
