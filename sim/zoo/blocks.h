// Blocks that several families share, written in the builder's words.
#pragma once

#include <cstdint>
#include <string>

#include "sim/zoo/builder.h"

namespace takt::zoo {

enum class Function : std::uint8_t { none, relu, relu6, silu, hard_swish, sigmoid, hard_sigmoid };

// relu and relu6 ride on the convolution; the others are operators of their own.
TensorId conv(Builder& b, const std::string& name, TensorId x, Conv conv, Function function);
TensorId depthwise(Builder& b, const std::string& name, TensorId x, Conv conv, Function function);
TensorId apply(Builder& b, const std::string& name, TensorId x, Function function);

// Squeeze-and-excitation: Hu et al., CVPR 2018. The two convolutions have biases and no normalisation.
struct Excite {
  std::int64_t squeezed = 0;  // channels; 0: no such block
  Function inner = Function::relu;
  Function gate = Function::sigmoid;
};
TensorId excite(Builder& b, const std::string& name, TensorId x, const Excite& excite);

// Expansion, depthwise convolution, excitation, linear projection: Sandler et al., CVPR 2018, and its descendants. No
// expansion where it would not widen; a residual where shapes allow it.
struct InvertedResidual {
  std::int64_t expanded = 0, channels = 0;
  std::int32_t kernel = 3, stride = 1;
  Function function = Function::relu6;
  Excite excite;
  Border border = Border::symmetric;
};
TensorId inverted_residual(Builder& b, const std::string& name, TensorId x, const InvertedResidual& block);

// The nearest multiple of `divisor`, never less than nine tenths of the value: how width multipliers round.
constexpr std::int64_t make_divisible(double value, std::int64_t divisor = 8) {
  const std::int64_t half_up = static_cast<std::int64_t>(value + static_cast<double>(divisor) / 2) / divisor * divisor;
  const std::int64_t result = half_up < divisor ? divisor : half_up;
  return static_cast<double>(result) < 0.9 * value ? result + divisor : result;
}

}  // namespace takt::zoo
