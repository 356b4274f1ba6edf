#include "sim/import/onnx/forms.h"

#include <algorithm>

#include "sim/import/onnx/gelu.h"

namespace takt::onnx {

const Node* Forms::next_of(std::string_view result) const {
  const std::optional<std::size_t> user = names_.sole_user(result);
  if (!user || done_[*user] || model_.nodes[*user].outputs.empty()) return nullptr;
  return &model_.nodes[*user];
}

void Forms::advance(Call& c, std::string_view& result) {
  const std::size_t index = *names_.sole_user(result);
  done_[index] = true;
  result = model_.nodes[index].outputs[0];
  c.output = std::string(result.substr(0, 256));
}

void Forms::take_in(Call& c, std::string_view& result) {
  const Node* next = next_of(result);
  if (next != nullptr && is_foldable_normalization(c, *next)) {
    c.inputs.resize(std::max<std::size_t>(c.inputs.size(), 3));
    if (!c.inputs[2]) c.inputs[2] = names_.find(next->inputs[2]);
    c.beyond = "a normalization";
    advance(c, result);
    next = next_of(result);
  }
  if (const Value bias = next == nullptr ? Value{} : bias_in(c, *next, result)) {
    c.inputs.resize(3);
    c.inputs[2] = bias;
    advance(c, result);
    next = next_of(result);
  }
  if (next == nullptr || next->inputs[0] != result) return;
  const std::optional<graph::Activation> activation = activation_of(*next, draft_, names_);
  if (!activation) return;
  c.activation = *activation;
  advance(c, result);
}

bool Forms::take_in_gelu(Call& c, std::string_view& result) {
  const std::optional<std::vector<std::size_t>> nodes = gelu_from(c.node, model_.nodes, names_);
  if (!nodes || !draft_.is_constant(c.need(1)) || count_of(c.shape(1)) != 1) return false;
  for (const std::size_t node : *nodes) done_[node] = true;
  result = model_.nodes[nodes->back()].outputs[0];
  c.output = std::string(result.substr(0, 256));
  c.inputs.resize(1);
  return true;
}

// Its factors go into the convolution's weights, its shifts into the bias.
bool Forms::is_foldable_normalization(const Call& c, const Node& next) const {
  if (c.node.op_type != "Conv" && c.node.op_type != "ConvTranspose") return false;
  if (next.op_type != "BatchNormalization" || next.inputs.size() < 5) return false;
  const Value shift = names_.find(next.inputs[2]);
  return shift && draft_.is_constant(shift) && c.has(1) && draft_.is_constant(c.inputs[1]);
}

// What an Add puts on the channels of a convolution or the columns of a product, both with constant weights.
Value Forms::bias_in(const Call& c, const Node& next, std::string_view result) const {
  const bool product = c.node.op_type == "MatMul", convolution = c.node.op_type == "Conv";
  if ((!product && !convolution) || next.op_type != "Add" || next.inputs.size() != 2) return {};
  if (!c.has(1) || !draft_.is_constant(c.inputs[1]) || c.has(2)) return {};
  const Value bias = names_.find(next.inputs[next.inputs[0] == result ? 1 : 0]);
  if (!bias || !draft_.is_constant(bias)) return {};
  const graph::Shape weights = draft_.shape_of(c.inputs[1]);
  graph::Shape shape = draft_.shape_of(bias);
  if (product) return weights.size() == 2 && shape == graph::Shape{weights[1]} ? bias : Value{};
  if (shape.size() > weights.size()) return {};
  shape.insert(shape.begin(), weights.size() - shape.size(), 1);
  graph::Shape channels(weights.size(), 1);
  channels[1] = weights[0];
  return shape == channels ? bias : Value{};
}

Forms::Operands Forms::look_at(const Call& c, const OperatorRow& row) const {
  Operands result;
  result.count = row.operands < 0 ? c.inputs.size()
                                  : std::min<std::size_t>(c.inputs.size(), static_cast<std::size_t>(row.operands));
  for (std::size_t i = 0; i < result.count; ++i) {
    if (!c.has(i)) continue;
    const Value &first = c.inputs[0], &input = c.inputs[i];
    const bool constant = draft_.is_constant(input), quantized = draft_.is_quantized(input);
    result.quantized = result.quantized || (quantized && !constant);
    result.all_quantized = result.all_quantized && (quantized || (constant && !row.weights));
    const bool same = c.has(0) && (&draft_.format_of(input) == &draft_.format_of(first) ||
                                   (!constant && draft_.format_of(input) == draft_.format_of(first)));
    result.alike = result.alike && same && input.dequantized == first.dequantized;
  }
  return result;
}

void Forms::settle(Call& c, const OperatorRow& row) {
  if (row.style == Style::itself) return;
  const Operands operands = look_at(c, row);
  std::optional<Format> next;
  if (operands.quantized && operands.all_quantized && row.style != Style::moves)
    next = quantizer_after(c, model_.nodes);
  if (next) {
    c.format = *next;
    c.dequantized = true;
    for (std::size_t i = 0; i < operands.count; ++i)  // a float constant beside quantized operands is quantized, too
      if (c.has(i) && !draft_.is_quantized(c.inputs[i]))
        c.inputs[i] = draft_.quantized(draft_.name_of(c.inputs[i]), c.inputs[i], {c.format.type, {}, {}});
  } else if (c.has(0) && operands.alike && row.style != Style::computes) {
    c.format.type = draft_.format_of(c.inputs[0]).type;
    if (!draft_.is_constant(c.inputs[0])) c.format = draft_.format_of(c.inputs[0]);
    c.dequantized = c.inputs[0].dequantized;
  } else {
    settle_floats(c, operands.count, row.weights);
  }
}

void Forms::settle_floats(Call& c, std::size_t operands, bool weights) {
  const Value* first = nullptr;  // the first operand, of a kind: activations before constants
  for (std::size_t i = 0; i < operands && i < c.inputs.size(); ++i) {
    if (!c.has(i)) continue;
    const bool constant = draft_.is_constant(c.inputs[i]);
    if (!constant || !weights) c.inputs[i] = draft_.as_floats(c.inputs[i]);
    if (first == nullptr || (draft_.is_constant(*first) && !constant)) first = &c.inputs[i];
  }
  if (first != nullptr) c.format = {draft_.format_of(*first).type, {}, {}};
}

}  // namespace takt::onnx
