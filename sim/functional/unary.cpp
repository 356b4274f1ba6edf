// One operand, element by element: activations, changes of scale, copies in another shape. logistic and tanh of int16:
// sigmoid_int16.cpp; ONNX's arithmetic: unary_onnx.cpp.
#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/functional/elementwise.h"
#include "sim/functional/fixed_sigmoid.h"
#include "sim/functional/kernels.h"
#include "sim/functional/multiplier.h"

namespace takt::functional {

using graph::DataType;
using graph::OpKind;

namespace {

// What every function from integers to integers knows of its tensors.
struct Ends {
  explicit Ends(const Operation& operation)
      : scale_in(operation.scale(operation.input(0))),
        scale_out(operation.scale(operation.output())),
        zero_in(Operation::zero(operation.input(0))),
        zero_out(Operation::zero(operation.output())),
        bounds(operation.bounds_of(operation.output().type)) {}

  std::int32_t centered(std::int32_t x) const { return wrapping_sum(x, -zero_in); }
  std::int32_t stored(std::int32_t y) const { return limited(wrapping_sum(y, zero_out), bounds); }

  float scale_in, scale_out;
  std::int32_t zero_in, zero_out;
  Bounds bounds;
};

std::unique_ptr<Kernel> make_relu(const Operation& operation) {
  expect_activations(operation, Activations::of_16_bits_too);
  Ends ends(operation);
  ends.bounds.low = std::max(ends.bounds.low, ends.zero_out);
  if (operation.op.kind == OpKind::relu6) {
    const auto six = static_cast<std::int32_t>(std::round(6.0F / ends.scale_out));
    ends.bounds.high = std::min(ends.bounds.high, wrapping_sum(ends.zero_out, six));
  }
  const Multiplier factor = Multiplier::of(ends.scale_in / ends.scale_out);
  return of_integers(operation, [=](std::int32_t x) { return ends.stored(factor.apply(ends.centered(x))); });
}

std::unique_ptr<Kernel> make_leaky_relu(const Operation& operation) {
  expect_activations(operation, Activations::of_16_bits_too);
  const Ends ends(operation);
  const float slope = ends.scale_in * operation.op.alpha / ends.scale_out;
  const Multiplier above = Multiplier::of(ends.scale_in / ends.scale_out), below = Multiplier::of(std::fabs(slope));
  const std::int32_t sign = slope < 0 ? -1 : 1;
  return of_integers(operation, [=](std::int32_t x) {
    const std::int32_t centered = ends.centered(x);
    return ends.stored(centered < 0 ? sign * below.apply(centered) : above.apply(centered));
  });
}

// hard_swish.h computes in 16 bits, the input raised by 7.
class HardSwish {
 public:
  explicit HardSwish(const Operation& operation) : ends_(operation) {
    const float unit = 1.0F / 128.0F * ends_.scale_in;
    const Multiplier out = Multiplier::of(unit / ends_.scale_out);
    const Multiplier gate = Multiplier::of(unit / (3.0F / 32768.0F));  // 2^15 stands for 3
    if (out.exponent > 0) operation.unsupported("an output much finer than the input");
    out_mantissa_ = upper_half(out.mantissa);
    out_shift_ = -out.exponent;
    gate_mantissa_ = upper_half(gate.mantissa);
    gate_exponent_ = gate.exponent;
  }

  std::int32_t operator()(std::int32_t x) const {
    const std::int32_t raised = static_cast<std::int16_t>(ends_.centered(x) * 128);  // of uint8 it may wrap
    const std::int32_t product = saturated(gate_of(raised) * rounded_product(raised, out_mantissa_) / (1 << 15));
    return ends_.stored(shifted_right(product, out_shift_));
  }

 private:
  static std::int32_t saturated(std::int64_t x) {
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(x, INT16_MIN, INT16_MAX));
  }

  static std::int32_t rounded_product(std::int32_t a, std::int32_t b) {
    const std::int32_t product = a * b, half = 1 << 14;
    return saturated((product + (product < 0 ? 1 - half : half)) / (1 << 15));
  }

  static std::int32_t upper_half(std::int32_t mantissa) {
    return static_cast<std::int32_t>(std::min<std::int64_t>((std::int64_t{mantissa} + (1 << 15)) >> 16, INT16_MAX));
  }

  // (clamp(x, -3, 3) + 3) / 6 in 2^-15. A shift to the left is done but for its last bit before the product, so that
  // saturation sets in after it.
  std::int32_t gate_of(std::int32_t x) const {
    if (gate_exponent_ > 0) x = saturated(std::int64_t{x} * (std::int64_t{1} << (gate_exponent_ - 1)));
    x = rounded_product(x, gate_mantissa_);
    if (gate_exponent_ > 0) x = saturated(std::int64_t{x} * 2);
    if (gate_exponent_ < 0) x = shifted_right(x, -gate_exponent_);
    return (x + (1 << 15)) >> 1;
  }

  Ends ends_;
  std::int32_t out_mantissa_ = 0, gate_mantissa_ = 0;
  int out_shift_ = 0, gate_exponent_ = 0;
};

// Of 16 bits, which TensorFlow Lite has not: the real function in double precision, rounded once, halves away from
// zero.
std::unique_ptr<Kernel> make_int16_hard_swish(const Operation& operation) {
  expect_activations(operation, Activations::of_16_bits_too);
  const Ends ends(operation);
  const double in = ends.scale_in, out = ends.scale_out;
  return of_integers(operation, [=](std::int32_t x) {
    const double value = in * x;
    const double code = std::round(value * std::clamp(value + 3, 0.0, 6.0) / 6 / out);
    return static_cast<std::int32_t>(
        std::clamp(code, static_cast<double>(ends.bounds.low), static_cast<double>(ends.bounds.high)));
  });
}

std::unique_ptr<Kernel> make_hard_swish(const Operation& operation) {
  if (operation.input(0).type == DataType::int16) return make_int16_hard_swish(operation);
  expect_activations(operation, Activations::of_8_bits);
  return of_integers(operation, HardSwish(operation));
}

// The output of logistic and tanh has a scale and a zero point that the format prescribes.
struct Sigmoid {
  std::int32_t (*function)(std::int32_t);
  int bits;  // of the result after the point
  std::int32_t signed_zero, unsigned_zero;
};

constexpr Sigmoid logistic = {fixed_sigmoid, 8, -128, 0};
constexpr Sigmoid hyperbolic_tangent = {fixed_hyperbolic_tangent, 7, 0, 128};

std::unique_ptr<Kernel> make_sigmoid(const Operation& operation, const Sigmoid& sigmoid) {
  if (operation.input(0).type == DataType::int16) return make_int16_sigmoid(operation);
  expect_activations(operation, Activations::of_8_bits);
  const Ends ends(operation);
  const std::int32_t zero = operation.output().type == DataType::uint8 ? sigmoid.unsigned_zero : sigmoid.signed_zero;
  if (ends.scale_out != std::ldexp(1.0F, -sigmoid.bits) || ends.zero_out != zero)
    operation.unsupported("an output of other than scale 1/" + std::to_string(1 << sigmoid.bits) + " and zero point " +
                          std::to_string(zero));
  constexpr int fraction = 31 - sigmoid_integer_bits;
  const Multiplier factor = Multiplier::of(static_cast<double>(ends.scale_in) * (1 << fraction));
  // Beyond it the argument no longer fits; the function is as good as flat there.
  const double limit = std::floor(((1 << sigmoid_integer_bits) - 1) * std::ldexp(1.0, fraction - factor.exponent));
  return of_integers(operation, [=](std::int32_t x) {
    const std::int32_t centered = ends.centered(x);
    if (centered <= -limit) return ends.bounds.low;
    if (centered >= limit) return ends.bounds.high;
    return ends.stored(shifted_right(sigmoid.function(factor.apply(centered)), 31 - sigmoid.bits));
  });
}

// Saturates, as the conversion of an Arm processor does; the reference's is undefined beyond 32 bits.
std::int32_t nearest_integer(float x) {
  if (std::isnan(x)) return 0;
  const float rounded = std::round(x);
  if (rounded >= 2147483648.0F) return std::numeric_limits<std::int32_t>::max();
  if (rounded < -2147483648.0F) return std::numeric_limits<std::int32_t>::min();
  return static_cast<std::int32_t>(rounded);
}

std::unique_ptr<Kernel> make_quantize_of_floats(const Operation& operation) {
  const float scale = operation.scale(operation.output());
  const std::int64_t zero = Operation::zero(operation.output());
  const Bounds bounds = operation.bounds_of(operation.output().type);
  return of_floats(operation, [=](float x) {
    return static_cast<std::int32_t>(
        std::clamp<std::int64_t>(nearest_integer(x / scale) + zero, bounds.low, bounds.high));
  });
}

std::unique_ptr<Kernel> make_quantize(const Operation& operation) {
  if (is_real(operation.input(0).type)) return make_quantize_of_floats(operation);
  const Ends ends(operation);
  const Multiplier factor = Multiplier::of(static_cast<double>(ends.scale_in) / ends.scale_out);
  return of_integers(operation, [=](std::int32_t x) { return ends.stored(factor.apply(ends.centered(x))); });
}

std::unique_ptr<Kernel> make_dequantize(const Operation& operation) {
  const double scale = operation.scale(operation.input(0));
  const std::int32_t zero = Operation::zero(operation.input(0));
  return to_reals(operation, [=](std::int32_t x) { return static_cast<float>(scale * wrapping_sum(x, -zero)); });
}

std::unique_ptr<Kernel> make_copy(const Operation& operation) {
  const graph::Tensor &from = operation.input(0), &to = operation.output();
  if (from.type != to.type)
    operation.unsupported(std::string("an output of ") + graph::name_of(to.type) + " from " +
                          graph::name_of(from.type));
  if (from.elements() != to.elements()) operation.unsupported("an output of another number of elements");
  return std::make_unique<Copy>(element_bytes(operation, to.type));
}

}  // namespace

std::unique_ptr<Kernel> make_unary(const Operation& operation) {
  const bool copies = operation.op.kind == OpKind::reshape || operation.op.kind == OpKind::squeeze;
  if (operation.follows_onnx() && !copies) return make_onnx_unary(operation);
  switch (operation.op.kind) {
    case OpKind::relu:
    case OpKind::relu6:
      return make_relu(operation);
    case OpKind::leaky_relu:
      return make_leaky_relu(operation);
    case OpKind::hard_swish:
      return make_hard_swish(operation);
    case OpKind::logistic:
      return make_sigmoid(operation, logistic);
    case OpKind::tanh:
      return make_sigmoid(operation, hyperbolic_tangent);
    case OpKind::quantize:
      return make_quantize(operation);
    case OpKind::dequantize:
      return make_dequantize(operation);
    case OpKind::reshape:
    case OpKind::squeeze:
      return make_copy(operation);
    default:
      operation.unsupported("this operator");
  }
}

}  // namespace takt::functional
