// One floating-point operand, element by element.
#include <cmath>

#include "sim/functional/elementary.h"
#include "sim/functional/elementwise.h"
#include "sim/functional/kernels.h"
#include "sim/functional/reals.h"

namespace takt::functional {

using graph::DataType;
using graph::OpKind;

namespace {

template <typename From, typename To>
std::unique_ptr<Kernel> computed(const Function<float, float>& function) {
  return std::make_unique<Computed<From, To, float, float>>([function](float x) { return stored<float>(function(x)); });
}

float hard_swish(float x) { return x * (Limits{0, 6}(x + 3) / 6); }

float logistic_of(float x) { return static_cast<float>(logistic(static_cast<double>(x))); }
float tangent_of(float x) { return static_cast<float>(hyperbolic_tangent(static_cast<double>(x))); }

// x times the normal distribution's function of it.
float gelu(float x) {
  constexpr double root_of_half = 0.70710678118654752440;
  if (x == -std::numeric_limits<float>::infinity()) return -0.0F;
  const auto number = static_cast<double>(x);
  return static_cast<float>(0.5 * number * error_function_complement(-number * root_of_half));
}

float gelu_by_tangent(float x) {
  constexpr double root_of_two_over_pi = 0.79788456080286535588;
  if (x == -std::numeric_limits<float>::infinity()) return -0.0F;
  const auto number = static_cast<double>(x);
  const double argument = root_of_two_over_pi * (number + 0.044715 * number * number * number);
  return static_cast<float>(number * logistic(2 * argument));  // (1 + tanh) / 2
}

Function<float, float> function_of(const Operation& operation) {
  const float slope = operation.op.alpha;
  switch (operation.op.kind) {
    case OpKind::relu:
      return Limits{0, std::numeric_limits<float>::infinity()};
    case OpKind::relu6:
      return Limits{0, 6};
    case OpKind::leaky_relu:
      return [slope](float x) { return x < 0 ? x * slope : x; };
    case OpKind::hard_swish:
      return hard_swish;
    case OpKind::logistic:
      return logistic_of;
    case OpKind::tanh:
      return tangent_of;
    case OpKind::gelu:
      return operation.op.approximate ? gelu_by_tangent : gelu;
    default:
      operation.unsupported("this operator");
  }
}

}  // namespace

std::unique_ptr<Kernel> make_unary_of_reals(const Operation& operation) {
  return with_real(
      operation, [&](auto element) { return computed<decltype(element), decltype(element)>(function_of(operation)); });
}

std::unique_ptr<Kernel> make_conversion_of_reals(const Operation& operation) {
  const auto same = [](float x) { return x; };
  const DataType from = operation.input(0).type, to = operation.output().type;
  if (from == DataType::float16 && to == DataType::float32) return computed<Half, float>(same);
  if (from == DataType::float32 && to == DataType::float16) return computed<float, Half>(same);
  if (from == to)
    return with_real(operation, [&](auto element) { return computed<decltype(element), decltype(element)>(same); });
  return make_unary(operation);
}

}  // namespace takt::functional
