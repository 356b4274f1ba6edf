// One operand, element by element, with ONNX Runtime's arithmetic: to real numbers, a function, and back.
#include <algorithm>
#include <cmath>

#include "sim/functional/elementwise.h"
#include "sim/functional/kernels.h"
#include "sim/functional/quantization.h"

namespace takt::functional {

using graph::OpKind;

namespace {

float hard_swish(float x) { return x * std::max(0.0F, std::min(1.0F, 1.0F / 6 * x + 0.5F)); }

// Functions of the exponential are computed in double precision and rounded once; ONNX Runtime's own approximations in
// single precision differ from that in the last bit.
float rounded(double x) { return static_cast<float>(x); }

using Real = Function<float, float>;

Real function_of(const Operation& operation) {
  const float slope = operation.op.alpha;
  switch (operation.op.kind) {
    case OpKind::relu:
      return [](float x) { return std::max(x, 0.0F); };
    case OpKind::relu6:
      return [](float x) { return std::min(std::max(x, 0.0F), 6.0F); };
    case OpKind::leaky_relu:
      return [=](float x) { return x >= 0 ? x : x * slope; };
    case OpKind::hard_swish:
      return hard_swish;
    case OpKind::logistic:
      return [](float x) { return rounded(1 / (1 + std::exp(-static_cast<double>(x)))); };
    case OpKind::tanh:
      return [](float x) { return rounded(std::tanh(static_cast<double>(x))); };
    case OpKind::quantize:
      return [](float x) { return x; };
    default:
      operation.unsupported("this operator");
  }
}

std::unique_ptr<Kernel> make_quantize_of_floats(const Operation& operation) {
  const Quantization to = Quantization::of_output(operation);
  return of_floats(operation, [=](float x) { return to.code(x); });
}

std::unique_ptr<Kernel> make_onnx_dequantize(const Operation& operation) {
  const Quantization from = Quantization::of_input(operation, 0);
  return to_reals(operation, [=](std::int32_t x) { return from.value(x); });
}

}  // namespace

std::unique_ptr<Kernel> make_onnx_unary(const Operation& operation) {
  if (operation.op.kind == OpKind::dequantize) return make_onnx_dequantize(operation);
  const bool quantizes = operation.op.kind == OpKind::quantize;
  if (quantizes && is_real(operation.input(0).type)) return make_quantize_of_floats(operation);
  if (!quantizes) expect_activations(operation, Activations::of_16_bits_too);
  const Quantization from = Quantization::of_input(operation, 0), to = Quantization::of_output(operation);
  return of_integers(operation, [from, to, function = function_of(operation)](std::int32_t x) {
    return to.code(function(from.value(x)));
  });
}

}  // namespace takt::functional
