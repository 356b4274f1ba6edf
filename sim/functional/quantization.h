// Integers for real numbers and back as ONNX Runtime has it: in single precision, halves to even.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "sim/functional/operation.h"

namespace takt::functional {

// Halves to even; |x| <= 2^22. Of that size and 2^23 apart, floats are whole numbers, and the addition rounds.
inline std::int32_t nearest_even(float x) {
  constexpr float whole = 12582912;  // 1.5 * 2^23
  return static_cast<std::int32_t>((x + whole) - whole);
}

// A tensor's scale, zero point, and bounds.
struct Quantization {
  // Of the output: what the fused activation leaves. Throws Unsupported where there are several scales.
  static Quantization of_input(const Operation& operation, std::size_t index);
  static Quantization of_output(const Operation& operation);

  float value(std::int32_t code) const { return scale * static_cast<float>(code - zero); }

  // Of a number in steps of the scale, from the zero point.
  std::int32_t code_of_steps(float steps) const {
    const auto low = static_cast<float>(bounds.low - zero), high = static_cast<float>(bounds.high - zero);
    return nearest_even(std::min(std::max(steps, low), high)) + zero;
  }
  std::int32_t code(float x) const { return code_of_steps(x / scale); }

  // Halves away from zero, as TensorFlow Lite has it.
  std::int32_t code_away(float x) const {
    const auto low = static_cast<float>(bounds.low - zero), high = static_cast<float>(bounds.high - zero);
    return static_cast<std::int32_t>(std::round(std::min(std::max(x / scale, low), high))) + zero;
  }

  float scale = 1;
  std::int32_t zero = 0;
  Bounds bounds;
};

// The values of all codes of 8 bits, by the code's byte.
template <typename T>
std::array<float, 256> values_of(const Quantization& quantization) {
  std::array<float, 256> values{};
  for (std::size_t byte = 0; byte < values.size(); ++byte) values[byte] = quantization.value(static_cast<T>(byte));
  return values;
}

}  // namespace takt::functional
