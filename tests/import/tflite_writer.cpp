#include "tests/import/tflite_writer.h"

#include <cstring>

#include "sim/graph/error.h"
#include "sim/import/tflite/reader.h"

namespace takt::tflite::testing {
namespace {

std::size_t width_of(schema::TensorType type) {
  switch (type) {
    case schema::TensorType_INT32:
    case schema::TensorType_FLOAT32:
      return 4;
    case schema::TensorType_INT64:
      return 8;
    case schema::TensorType_INT16:
      return 2;
    default:
      return 1;
  }
}

schema::Conv2DOptionsT conv_options(schema::Padding padding, int stride) {
  schema::Conv2DOptionsT options;
  options.padding = padding;
  options.stride_h = options.stride_w = stride;
  return options;
}

}  // namespace

Writer::Writer() {
  model.version = 3;
  model.subgraphs.push_back(std::make_unique<schema::SubGraphT>());
  model.buffers.push_back(std::make_unique<schema::BufferT>());  // buffer 0 is empty by convention
}

int Writer::tensor(std::vector<int> shape, schema::TensorType type) {
  auto tensor = std::make_unique<schema::TensorT>();
  tensor->name = "t" + std::to_string(graph().tensors.size());
  tensor->shape = std::move(shape);
  tensor->type = type;
  graph().tensors.push_back(std::move(tensor));
  return static_cast<int>(graph().tensors.size()) - 1;
}

int Writer::constant(std::vector<int> shape, schema::TensorType type) {
  std::size_t size = width_of(type);
  for (const int dimension : shape) size *= static_cast<std::size_t>(dimension);
  const int id = tensor(std::move(shape), type);
  at(id).buffer = static_cast<std::uint32_t>(model.buffers.size());
  model.buffers.push_back(std::make_unique<schema::BufferT>());
  model.buffers.back()->data.resize(size);
  return id;
}

int Writer::integers(const std::vector<std::int32_t>& values) {
  const int id = constant({static_cast<int>(values.size())}, schema::TensorType_INT32);
  std::memcpy(model.buffers.back()->data.data(), values.data(), values.size() * sizeof(std::int32_t));
  return id;
}

int Writer::input(std::vector<int> shape, schema::TensorType type) {
  const int id = tensor(std::move(shape), type);
  graph().inputs.push_back(id);
  return id;
}

schema::OperatorT& Writer::op(schema::BuiltinOperator code, std::vector<int> inputs, std::vector<int> outputs) {
  auto operator_code = std::make_unique<schema::OperatorCodeT>();
  operator_code->builtin_code = code;
  operator_code->deprecated_builtin_code = static_cast<std::int8_t>(code < 127 ? code : 127);
  auto result = std::make_unique<schema::OperatorT>();
  result->opcode_index = static_cast<std::uint32_t>(model.operator_codes.size());
  result->inputs = std::move(inputs);
  result->outputs = std::move(outputs);
  graph().outputs = result->outputs;
  model.operator_codes.push_back(std::move(operator_code));
  graph().operators.push_back(std::move(result));
  return *graph().operators.back();
}

schema::OperatorT& Writer::custom(const std::string& name, std::vector<int> inputs, std::vector<int> outputs) {
  schema::OperatorT& result = op(schema::BuiltinOperator_CUSTOM, std::move(inputs), std::move(outputs));
  model.operator_codes.back()->custom_code = name;
  return result;
}

std::vector<std::uint8_t> Writer::bytes() const {
  flatbuffers::FlatBufferBuilder builder;
  schema::FinishModelBuffer(builder, schema::Model::Pack(builder, &model));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

graph::Graph Writer::read() const {
  const std::vector<std::uint8_t> file = bytes();
  return parse_tflite(file.data(), file.size(), "test.tflite");
}

std::string Writer::error() const {
  try {
    read();
  } catch (const graph::GraphError& error) {
    return error.what();
  }
  return "";
}

Writer one_convolution() {
  Writer w;
  const int x = w.input({1, 8, 8, 3});
  const int weights = w.constant({4, 3, 3, 3}), bias = w.constant({4}, schema::TensorType_INT32);
  w.op(schema::BuiltinOperator_CONV_2D, {x, weights, bias}, {w.tensor({1, 4, 4, 4})},
       conv_options(schema::Padding_SAME, 2));
  return w;
}

Writer many_operators() {
  using namespace schema;
  Writer w = one_convolution();
  int last = w.graph().outputs[0];
  const auto next = [&](std::vector<int> shape) { return last = w.tensor(std::move(shape)); };
  const auto then = [&](BuiltinOperator code, std::vector<int> operands, std::vector<int> shape, auto options) {
    operands.insert(operands.begin(), last);
    w.op(code, std::move(operands), {next(std::move(shape))}, std::move(options));
  };
  DepthwiseConv2DOptionsT depthwise;
  depthwise.stride_h = depthwise.stride_w = 1;
  then(BuiltinOperator_DEPTHWISE_CONV_2D, {w.constant({1, 3, 3, 4})}, {1, 4, 4, 4}, depthwise);
  then(BuiltinOperator_PAD, {w.constant({4, 2}, TensorType_INT32)}, {1, 4, 4, 4}, PadOptionsT());
  then(BuiltinOperator_ADD, {w.constant({4})}, {1, 4, 4, 4}, AddOptionsT());
  then(BuiltinOperator_TRANSPOSE, {w.integers({0, 3, 1, 2})}, {1, 4, 4, 4}, TransposeOptionsT());
  then(BuiltinOperator_RESIZE_BILINEAR, {w.integers({8, 8})}, {1, 8, 8, 4}, ResizeBilinearOptionsT());
  StridedSliceOptionsT slice;
  slice.end_mask = 8;
  then(BuiltinOperator_STRIDED_SLICE, {w.integers({0, 0, -6, 0}), w.integers({1, 9, 8, 0}), w.integers({1, 2, 1, 1})},
       {1, 4, 6, 4}, slice);
  then(BuiltinOperator_SLICE, {w.integers({0, 0, 2, 0}), w.integers({1, 4, -1, 4})}, {1, 4, 4, 4}, SliceOptionsT());
  Pool2DOptionsT pool;
  pool.filter_height = pool.filter_width = pool.stride_h = pool.stride_w = 2;
  then(BuiltinOperator_MAX_POOL_2D, {}, {1, 2, 2, 4}, pool);
  DepthToSpaceOptionsT block;
  block.block_size = 2;
  then(BuiltinOperator_DEPTH_TO_SPACE, {}, {1, 4, 4, 1}, block);
  const int left = w.tensor({1, 2, 4, 1}), right = w.tensor({1, 2, 4, 1});
  SplitOptionsT parts;
  parts.num_splits = 2;
  w.op(BuiltinOperator_SPLIT, {w.integers({1}), last}, {left, right}, parts);
  ConcatenationOptionsT axis;
  axis.axis = -1;
  w.op(BuiltinOperator_CONCATENATION, {left, right}, {next({1, 2, 4, 2})}, axis);
  const int joined = last;
  w.custom("Mystery", {joined}, {next({1, 2, 4, 2})});
  then(BuiltinOperator_RESHAPE, {w.integers({1, -1})}, {1, 16}, ReshapeOptionsT());
  then(BuiltinOperator_FULLY_CONNECTED, {w.constant({10, 16}), -1}, {1, 10}, FullyConnectedOptionsT());
  SVDFOptionsT rank;
  rank.rank = 1;
  const int state = w.tensor({1, 80});
  w.at(state).is_variable = true;
  then(BuiltinOperator_SVDF, {w.constant({8, 10}), w.constant({8, 10}), -1, state}, {1, 8}, rank);
  then(BuiltinOperator_SOFTMAX, {}, {1, 8}, SoftmaxOptionsT());
  w.graph().outputs = {last};
  return w;
}

}  // namespace takt::tflite::testing
