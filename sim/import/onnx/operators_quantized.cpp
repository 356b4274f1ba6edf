// Quantization: QuantizeLinear and DequantizeLinear, and operators that carry their scales as operands.
#include <algorithm>

#include "sim/import/onnx/fields.h"
#include "sim/import/onnx/operators.h"

namespace takt::onnx {

using graph::DataType;

namespace {

// Activations are quantized as a whole; scales a channel belong to constants.
Format of_activation(Format format) {
  if (format.scale.size() != 1) format.scale.clear(), format.zero_point.clear();
  return format;
}

// The zero that is meant where none is stated.
void assume_zero(Format& format, std::int64_t type, const Value& zero_point) {
  if (type == fields::UINT4 && !zero_point)
    std::fill(format.zero_point.begin(), format.zero_point.end(), -unsigned_four_bits_zero);
}

Value with_format(Call& c, const Value& value, const Value& scale, const Value& zero_point) {
  Format format = format_of(c.draft, c.node, c.draft.format_of(value).type, scale, zero_point);
  assume_zero(format, c.draft.type_in_file(value), zero_point);
  return c.draft.dequantized(value, c.draft.is_constant(value) ? format : of_activation(format));
}

Value input_at(const Call& c, int index) {
  return index >= 0 && c.has(static_cast<std::size_t>(index)) ? c.inputs[static_cast<std::size_t>(index)] : Value{};
}

DataType quantized_type(const Node& node, const Draft& draft, const Value& zero_point) {
  if (zero_point) return draft.format_of(zero_point).type;
  const std::int64_t stated = node.integer("output_dtype", 0);
  return stated == 0 ? DataType::uint8 : type_of(stated);
}

// Concat's operands follow in threes.
std::vector<Operand> operands_of(const Call& c, const QuantizedRow& row) {
  if (!row.operands.empty()) return row.operands;
  std::vector<Operand> result;
  for (int i = 2; i + 2 < static_cast<int>(c.inputs.size()); i += 3) result.push_back({i, i + 1, i + 2});
  return result;
}

}  // namespace

Format format_of(Draft& draft, const Node& node, DataType type, const Value& scale, const Value& zero_point) {
  Format format;
  format.type = type;
  if (!scale || draft.shape_of(scale).size() > 1 || node.integer("block_size", 0) != 0) return format;  // blocked
  const std::vector<double>* scales = draft.contents(scale);
  if (scales == nullptr || scales->empty()) return format;
  draft.spend(scales->size());
  for (const double number : *scales) format.scale.push_back(static_cast<float>(number));
  const std::vector<double>* zeros = zero_point ? draft.contents(zero_point) : nullptr;
  format.zero_point.assign(format.scale.size(), 0);
  if (zeros != nullptr && zeros->size() == format.zero_point.size())
    for (std::size_t i = 0; i < zeros->size(); ++i) format.zero_point[i] = whole((*zeros)[i]);
  return format;
}

std::optional<Format> quantizer_after(const Call& c, const std::vector<Node>& nodes) {
  const std::vector<std::size_t>& users = c.names.users(c.output);
  if (users.empty() || c.names.is_output(c.output)) return std::nullopt;
  for (const std::size_t user : users)
    if (nodes[user].op_type != "QuantizeLinear" || nodes[user].inputs.size() < 2) return std::nullopt;
  const Node& first = nodes[users[0]];
  const Value scale = c.names.find(first.inputs[1]);
  const Value zero_point = first.inputs.size() > 2 ? c.names.find(first.inputs[2]) : Value{};
  if (!scale || (first.inputs.size() > 2 && !first.inputs[2].empty() && !zero_point)) return std::nullopt;
  return of_activation(format_of(c.draft, first, quantized_type(first, c.draft, zero_point), scale, zero_point));
}

void unpack(Call& c, const QuantizedRow& row) {
  std::vector<Value> operands;
  for (const Operand& operand : operands_of(c, row)) {
    Value value = input_at(c, operand.value);
    if (value && operand.scale >= 0)
      value = with_format(c, value, input_at(c, operand.scale), input_at(c, operand.zero_point));
    value.dequantized = false;
    operands.push_back(value);
  }
  const Value scale = input_at(c, row.scale), zero_point = input_at(c, row.zero_point);
  const bool sums = !scale;
  DataType type = sums ? DataType::int32 : quantized_type(c.node, c.draft, zero_point);
  if (sums && row.scale >= 0) type = DataType::float32;  // QGemm without a result's scale
  c.format = of_activation(format_of(c.draft, c.node, type, scale, zero_point));
  c.format_given = true;
  c.inputs = std::move(operands);
}

Value bias_for_answers(Call& c, const Value& bias) {
  if (!c.draft.with_contents() || !c.draft.is_constant(bias) || bias.dequantized) return bias;
  const Format &x = c.draft.format_of(c.need(0)), &weights = c.draft.format_of(c.need(1));
  if (c.draft.format_of(bias).type != DataType::float32 || x.scale.size() != 1 || weights.scale.empty()) return bias;
  Format format{DataType::int32, {}, {}};
  for (const float scale : weights.scale) format.scale.push_back(x.scale[0] * scale);
  format.zero_point.assign(format.scale.size(), 0);
  return c.draft.quantized(c.draft.name_of(bias), bias, format);
}

void convert_quantize(Call& c) {
  const Value &x = c.need(0), zero_point = input_at(c, 2);
  Format format = format_of(c.draft, c.node, quantized_type(c.node, c.draft, zero_point), c.need(1), zero_point);
  assume_zero(format, c.node.integer("output_dtype", 0), zero_point);
  if (!c.draft.is_constant(x)) format = of_activation(format);
  const std::size_t rank = c.draft.shape_of(x).size();
  const std::size_t axis = format.scale.size() > 1 ? axis_of(c.node.integer("axis", 1), rank) : 0;
  c.results = {c.draft.quantized(c.output, x, format, axis)};
}

void convert_dequantize(Call& c) { c.results = {with_format(c, c.need(0), c.need(1), input_at(c, 2))}; }

}  // namespace takt::onnx
