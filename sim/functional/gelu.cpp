// x times the normal distribution's function of it, or that by a tangent (reference/gelu.h, common.h's LUTPopulate;
// ONNX Runtime's Gelu between DequantizeLinear and QuantizeLinear). Of 16 bits, which TensorFlow Lite has not: what its
// table of 8 bits holds, code by code.
#include <algorithm>
#include <cmath>

#include "sim/functional/elementwise.h"
#include "sim/functional/kernels.h"
#include "sim/functional/quantization.h"

namespace takt::functional {

namespace {

constexpr float root_of_half = 0.70710678F, root_of_two_over_pi = 0.79788456F;

// The error function and the tangent are computed in double precision and rounded once; others' libraries differ from
// that in the last bit.
float rounded(double x) { return static_cast<float>(x); }

float gelu(float x) { return 0.5F * x * rounded(std::erfc(static_cast<double>(x * -root_of_half))); }

float gelu_by_tangent(float x) {
  const float argument = root_of_two_over_pi * (x + 0.044715F * x * x * x);
  return 0.5F * x * (1.0F + rounded(std::tanh(static_cast<double>(argument))));
}

float onnx_gelu(float x) { return 0.5F * x * (1.0F + rounded(std::erf(static_cast<double>(x * root_of_half)))); }

std::unique_ptr<Kernel> make_onnx_gelu(const Operation& operation) {
  expect_activations(operation, Activations::of_16_bits_too);
  const Quantization from = Quantization::of_input(operation, 0), to = Quantization::of_output(operation);
  const auto function = operation.op.approximate ? gelu_by_tangent : onnx_gelu;
  return of_integers(operation, [=](std::int32_t x) { return to.code(function(from.value(x))); });
}

}  // namespace

std::unique_ptr<Kernel> make_gelu(const Operation& operation) {
  if (operation.follows_onnx()) return make_onnx_gelu(operation);
  expect_activations(operation, Activations::of_16_bits_too);
  const Quantization from = Quantization::of_input(operation, 0), to = Quantization::of_output(operation);
  const float per_unit = 1 / to.scale;
  const auto function = operation.op.approximate ? gelu_by_tangent : gelu;
  return of_integers(operation, [=](std::int32_t x) {
    const float code = std::round(function(from.value(x)) * per_unit) + static_cast<float>(to.zero);
    return static_cast<std::int32_t>(
        std::clamp(code, static_cast<float>(to.bounds.low), static_cast<float>(to.bounds.high)));
  });
}

}  // namespace takt::functional
