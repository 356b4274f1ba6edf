#include "sim/functional/scaling.h"

#include <iterator>
#include <string>

namespace takt::functional {

using graph::DataType;
using graph::Tensor;

namespace {

struct TypeRow {
  DataType value, weight, bias;
};

constexpr TypeRow type_rows[] = {
    {DataType::int8, DataType::int8, DataType::int32},  {DataType::uint8, DataType::uint8, DataType::int32},
    {DataType::int16, DataType::int8, DataType::int64}, {DataType::int16, DataType::int8, DataType::int32},
    {DataType::int8, DataType::int4, DataType::int32},  {DataType::int16, DataType::int4, DataType::int64},
    {DataType::int16, DataType::int4, DataType::int32},
};

constexpr TypeRow activation_rows[] = {
    {DataType::int8, DataType::int8, DataType::int32},
    {DataType::int16, DataType::int16, DataType::int64},
};

constexpr TypeRow onnx_type_rows[] = {
    {DataType::int8, DataType::int8, DataType::int32},   {DataType::uint8, DataType::int8, DataType::int32},
    {DataType::uint8, DataType::uint8, DataType::int32}, {DataType::int8, DataType::int4, DataType::int32},
    {DataType::uint8, DataType::int4, DataType::int32},
};

std::string of(DataType type) { return std::string(" of ") + graph::name_of(type); }

template <std::size_t count>
void check_types(const Operation& operation, const TypeRow (&rows)[count]) {
  const DataType value = operation.input(0).type, weight = operation.input(1).type;
  if (operation.output().type != value)
    operation.unsupported("an output" + of(operation.output().type) + " from an input" + of(value));
  const auto fits = [&](const TypeRow& row) { return row.value == value && row.weight == weight; };
  if (std::none_of(std::begin(rows), std::end(rows), fits))
    operation.unsupported("an input" + of(value) + " with weights" + of(weight));
  if (operation.has_input(2) && std::none_of(std::begin(rows), std::end(rows), [&](const TypeRow& row) {
        return fits(row) && row.bias == operation.input(2).type;
      }))
    operation.unsupported("a bias" + of(operation.input(2).type));
}

Bounds bounds_of_zeros(const Operation& operation, DataType type) {
  if (type == DataType::int16) return {0, 0};
  if (type == DataType::int4) return {-8, 7};
  return operation.bounds_of(type);
}

std::vector<std::int32_t> zeros_of(const Operation& operation, const Tensor& tensor) {
  if (is_real(tensor.type)) return {0};
  const Bounds bounds = bounds_of_zeros(operation, tensor.type);
  std::vector<std::int32_t> zeros;
  for (const std::int64_t zero : tensor.zero_point) {
    if (zero < bounds.low || zero > bounds.high)
      operation.unsupported("a zero point of " + std::to_string(zero) + of(tensor.type));
    zeros.push_back(static_cast<std::int32_t>(zero));
  }
  if (zeros.empty()) zeros.push_back(0);
  return zeros;
}

}  // namespace

bool has_wide_sums(const Operation& operation) {
  if (operation.input(0).type != DataType::int16) return false;
  const bool narrow_bias = operation.has_input(2) && operation.input(2).type == DataType::int32;
  return !narrow_bias || operation.op.kind == graph::OpKind::depthwise_conv2d;
}

Scaling::Scaling(const Operation& operation, std::int64_t channels, ScaleProduct product)
    : zero_(checked_zero(operation, operation.output())), has_bias_(operation.has_input(2)), bounds_() {
  if (operation.follows_onnx())
    check_types(operation, onnx_type_rows);
  else if (operation.op.kind == graph::OpKind::batch_matmul)
    check_types(operation, activation_rows);
  else
    check_types(operation, type_rows);
  if (has_bias_ && operation.input(2).elements() != static_cast<std::uint64_t>(channels))
    operation.unsupported("a bias of " + std::to_string(operation.input(2).elements()) + " elements");
  const std::vector<float>& scales = operation.input(1).scale;
  if (scales.size() != 1 && scales.size() != static_cast<std::size_t>(channels))
    operation.unsupported("weights of " + std::to_string(scales.size()) + " scales");
  if (operation.follows_onnx())
    scale_as_onnx(operation);
  else
    scale_as_tflite(operation, product);
  bounds_ = operation.bounds();
}

// The order of operations is QLinearConv's and QLinearMatMul's: a rounding shows in halves.
void Scaling::scale_as_onnx(const Operation& operation) {
  const float in = operation.scale(operation.input(0)), out = operation.scale(operation.output());
  for (const float scale : operation.input(1).scale) ratios_.push_back(in * scale / out);
  to_ = Quantization::of_output(operation);
}

void Scaling::scale_as_tflite(const Operation& operation, ScaleProduct product) {
  const std::vector<float>& scales = operation.input(1).scale;
  const float in = operation.scale(operation.input(0)), out = operation.scale(operation.output());
  const bool in_float = product == ScaleProduct::of_float && scales.size() == 1;
  for (const float scale : scales) {
    const double both = in_float ? static_cast<double>(in * scale) : static_cast<double>(in) * scale;
    factors_.push_back(Multiplier::of(both / out));
    // Multiplier::apply_wide shifts to the right, by 15 less the exponent.
    if (has_wide_sums(operation) && factors_.back().exponent > 14) operation.unsupported("a factor of 2^14 and more");
  }
}

RealScaling::RealScaling(const Operation& operation, std::int64_t channels, ScaleProduct)
    : RealScaling(operation, channels) {
  const DataType value = operation.input(0).type, weight = operation.input(1).type;
  if (weight != value) operation.unsupported("an input" + of(value) + " with weights" + of(weight));
}

RealScaling::RealScaling(const Operation& operation, std::int64_t channels)
    : has_bias_(operation.has_input(2)), limits_(limits_of(operation)) {
  expect_reals(operation);
  if (!has_bias_) return;
  if (!is_real(operation.input(2).type)) operation.unsupported("a bias" + of(operation.input(2).type));
  if (operation.input(2).elements() != static_cast<std::uint64_t>(channels))
    operation.unsupported("a bias of " + std::to_string(operation.input(2).elements()) + " elements");
}

std::int32_t checked_zero(const Operation& operation, const Tensor& tensor) { return zeros_of(operation, tensor)[0]; }

std::vector<std::int32_t> zeros_of_weights(const Operation& operation, std::int64_t channels) {
  std::vector<std::int32_t> zeros = zeros_of(operation, operation.input(1));
  if (std::all_of(zeros.begin(), zeros.end(), [&](std::int32_t zero) { return zero == zeros[0]; })) zeros.resize(1);
  if (!operation.follows_onnx()) zeros.resize(1);  // its weights of several scales are symmetric
  if (zeros.size() != 1 && zeros.size() != static_cast<std::size_t>(channels))
    operation.unsupported("weights of " + std::to_string(zeros.size()) + " zero points");
  return zeros;
}

std::int32_t zero_of_filters(const Operation& operation, std::int64_t channels) {
  if (!operation.follows_onnx() && operation.input(1).type != DataType::uint8) return 0;
  const std::vector<std::int32_t> zeros = zeros_of_weights(operation, channels);
  if (zeros.size() != 1) operation.unsupported("weights of different zero points");
  return zeros[0];
}

}  // namespace takt::functional
