// From sums of products of inputs and weights to the output's numbers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "sim/functional/multiplier.h"
#include "sim/functional/operation.h"
#include "sim/functional/quantization.h"
#include "sim/functional/reals.h"

namespace takt::functional {

// What the inputs, weights and sums are. Weights of four bits are widened to int8.
struct Signed8 {
  using Value = std::int8_t;
  using Weight = std::int8_t;
  using Sum = std::int32_t;
};
struct Unsigned8 {
  using Value = std::uint8_t;
  using Weight = std::uint8_t;
  using Sum = std::int32_t;
};
struct Unsigned8BySigned8 {  // ONNX alone
  using Value = std::uint8_t;
  using Weight = std::int8_t;
  using Sum = std::int32_t;
};
struct Signed16 {
  using Value = std::int16_t;
  using Weight = std::int8_t;
  using Sum = std::int64_t;
};
struct Signed16BySigned16 {  // products of activations
  using Value = std::int16_t;
  using Weight = std::int16_t;
  using Sum = std::int64_t;
};
struct Signed16InNarrowSums {  // where the bias has 32 bits; sums wrap
  using Value = std::int16_t;
  using Weight = std::int8_t;
  using Sum = std::int32_t;
};
template <typename T>
struct Real {  // Half, float
  using Value = T;
  using Weight = T;
  using Sum = float;
};

// Whether sums have 64 bits: of 16-bit inputs, unless a bias of 32 says otherwise. A depthwise convolution of
// TensorFlow Lite takes no such bias with them; here it adds it to its sums of 64.
bool has_wide_sums(const Operation& operation);

// Which precision the product of input's and weights' scale has where there is one of each: TensorFlow Lite's kernels
// differ in it, and a rounding shows in the multiplier's last bits. ONNX Runtime has single precision throughout.
enum class ScaleProduct : bool { of_double, of_float };

class Scaling {
 public:
  // Throws Unsupported for types that are none of the above.
  Scaling(const Operation& operation, std::int64_t channels, ScaleProduct product);

  bool has_bias() const { return has_bias_; }  // the third input

  std::int32_t operator()(std::int32_t sum, std::size_t channel) const {
    if (!ratios_.empty())
      return to_.code_of_steps(static_cast<float>(sum) * ratios_[ratios_.size() == 1 ? 0 : channel]);
    return limited(factor(channel).apply(sum));
  }
  std::int32_t operator()(std::int64_t sum, std::size_t channel) const {
    return limited(factor(channel).apply_wide(sum));
  }

 private:
  const Multiplier& factor(std::size_t channel) const { return factors_[factors_.size() == 1 ? 0 : channel]; }
  std::int32_t limited(std::int32_t x) const {
    const std::int64_t moved = std::int64_t{x} + zero_;
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(moved, bounds_.low, bounds_.high));
  }

  void scale_as_onnx(const Operation& operation);
  void scale_as_tflite(const Operation& operation, ScaleProduct product);

  std::vector<Multiplier> factors_;  // one, or one for each channel of the output
  std::vector<float> ratios_;        // instead of factors, for ONNX
  Quantization to_;                  // for ONNX
  std::int32_t zero_;
  bool has_bias_;
  Bounds bounds_;
};

// Of floating-point sums.
class RealScaling {
 public:
  // Throws Unsupported unless input, weights and output are of one floating-point type; a bias may be of either.
  RealScaling(const Operation& operation, std::int64_t channels, ScaleProduct product);
  // The same with weights of any type.
  RealScaling(const Operation& operation, std::int64_t channels);

  bool has_bias() const { return has_bias_; }  // the third input

  float operator()(float sum, std::size_t channel) const {
    static_cast<void>(channel);
    return stored<float>(limits_(sum));
  }

 private:
  bool has_bias_;
  Limits limits_;
};

template <typename Types>
constexpr bool has_reals = std::is_same_v<typename Types::Sum, float>;
template <typename Types>
using ScalingOf = std::conditional_t<has_reals<Types>, RealScaling, Scaling>;
// What inputs and weights are widened to.
template <typename Types>
using CellOf = std::conditional_t<has_reals<Types>, float, std::int16_t>;

// The zero point, which has to be one of the type's own numbers: less it, each fits into 16 bits. That of int16 is 0.
std::int32_t checked_zero(const Operation& operation, const graph::Tensor& tensor);

// The weights' zero points: one, or one for each channel.
std::vector<std::int32_t> zeros_of_weights(const Operation& operation, std::int64_t channels);

// The one of a convolution's weights. Those of int8 of TensorFlow Lite are symmetric by definition: its kernels read no
// zero point. ONNX Runtime's want the same one for all channels.
std::int32_t zero_of_filters(const Operation& operation, std::int64_t channels);

// make() with one of the types above, after those of input and weights.
template <typename Make>
std::unique_ptr<Kernel> with_types(const Operation& operation, const Make& make) {
  switch (operation.input(0).type) {
    case graph::DataType::int8:
      return make(Signed8{});
    case graph::DataType::uint8:
      if (operation.follows_onnx() && operation.input(1).type != graph::DataType::uint8)
        return make(Unsigned8BySigned8{});
      return make(Unsigned8{});
    case graph::DataType::int16:
      return has_wide_sums(operation) ? make(Signed16{}) : make(Signed16InNarrowSums{});
    case graph::DataType::float16:
      return make(Real<Half>{});
    case graph::DataType::float32:
      return make(Real<float>{});
    default:
      operation.unsupported(std::string("an input of ") + graph::name_of(operation.input(0).type));
  }
}

}  // namespace takt::functional
