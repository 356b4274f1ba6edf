// Floating-point elements, of 16 and 32 bits. Arithmetic is IEEE 754's in the order that the code states, without fused
// multiplications and additions, so that it gives the same bytes on every machine:
//   sums of products and pools: in single precision
//   sums of means and norms, functions of one element: in double precision, rounded once to single
// and one rounding to the output's type, to the nearest, halves to even. What is no number has one representation.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "sim/functional/operation.h"
#include "sim/graph/half.h"

namespace takt::functional {

class Half {
 public:
  Half() = default;
  explicit Half(float x) : bits_(graph::half_of_single(x)) {}
  explicit operator float() const { return graph::single_of_half(bits_); }

 private:
  std::uint16_t bits_ = 0;
};

inline bool is_real(graph::DataType type) {
  return type == graph::DataType::float16 || type == graph::DataType::float32;
}

// As an element of type T.
template <typename T>
T stored(float x) {
  return static_cast<T>(x == x ? x : std::numeric_limits<float>::quiet_NaN());
}

// What an activation leaves of a number; of what is none nothing changes.
struct Limits {
  float low = -std::numeric_limits<float>::infinity(), high = std::numeric_limits<float>::infinity();

  float operator()(float x) const { return std::min(std::max(x, low), high); }
};

// Of the fused activation. Throws Unsupported for a tanh.
Limits limits_of(const Operation& operation);

// Unsupported unless the first input and the output are of the same floating-point type.
void expect_reals(const Operation& operation);

// make() with an element of the first input's floating-point type.
template <typename Make>
auto with_real(const Operation& operation, const Make& make) {
  expect_reals(operation);
  return operation.input(0).type == graph::DataType::float16 ? make(Half{}) : make(float{});
}

}  // namespace takt::functional
