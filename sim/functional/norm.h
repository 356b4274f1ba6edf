// Norms of quantized activations. TensorFlow Lite has none; these are ONNX's between DequantizeLinear and
// QuantizeLinear, with each rounding stated, so that the answer is one and the same for any order and any machine. Of
// the n elements of a norm, less their zero point:
//   mean     = sum / n
//   variance = (n * sum of squares - sum * sum) / (n * n)       about the mean
//            = sum of squares / n                               of a norm that is not centered; its mean counts as 0
// are quotients of exact integers in double precision, rounded to single. In single precision, left to right:
//   factor   = scale / sqrt(scale * scale * variance + epsilon)
//   y        = (x - zero point - mean) * factor * gain + offset
// without what is absent, and y in steps of the output's scale goes to the nearest: halves away from zero as TensorFlow
// Lite's quantize has them, to even as ONNX's.
// Floating-point elements have scale 1 and zero point 0; their sums and quotients are in double precision, one after
// the other, and y goes to the nearest of the output's type.
#pragma once

#include <cstdint>

namespace takt::functional {

struct Statistics {
  float mean = 0, variance = 0;
};

class RealSums {
 public:
  template <typename T>
  void add(const T* from, std::uint64_t count, std::int32_t) {
    for (std::uint64_t i = 0; i < count; ++i) {
      const double x = static_cast<float>(from[i]);
      sum_ += x;
      squares_ += x * x;
    }
  }
  Statistics statistics(std::uint64_t count, bool centered) const;

 private:
  double sum_ = 0, squares_ = 0;
};

class Sums {
 public:
  template <typename T>
  void add(const T* from, std::uint64_t count, std::int32_t zero) {
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::int64_t x = std::int64_t{from[i]} - zero;
      sum_ += x;
      squares_ += x * x;
    }
  }
  Statistics statistics(std::uint64_t count, bool centered) const;

 private:
  std::int64_t sum_ = 0, squares_ = 0;
};

}  // namespace takt::functional
