#include "sim/zoo/blocks.h"

namespace takt::zoo {

using graph::OpKind;

namespace {

Activation fused(Function function) {
  switch (function) {
    case Function::relu:
      return Activation::relu;
    case Function::relu6:
      return Activation::relu6;
    default:
      return Activation::none;
  }
}

}  // namespace

TensorId apply(Builder& b, const std::string& name, TensorId x, Function function) {
  switch (function) {
    case Function::none:
      return x;
    case Function::relu:
      return b.unary(OpKind::relu, name + ".relu", x);
    case Function::relu6:
      return b.unary(OpKind::relu6, name + ".relu6", x);
    case Function::silu:
      return b.mul(name + ".silu", x, b.unary(OpKind::logistic, name + ".sigmoid", x));
    case Function::hard_swish:
      return b.unary(OpKind::hard_swish, name + ".hard_swish", x);
    case Function::sigmoid:
      return b.unary(OpKind::logistic, name + ".sigmoid", x);
    case Function::hard_sigmoid:  // relu6(x + 3) / 6
      x = b.add(name + ".hard_sigmoid.add", x, b.constant(name + ".three", {1}), Activation::relu6);
      return b.mul(name + ".hard_sigmoid.mul", x, b.constant(name + ".sixth", {1}));
  }
  return x;
}

TensorId conv(Builder& b, const std::string& name, TensorId x, Conv conv, Function function) {
  conv.activation = fused(function);
  x = b.conv(name, x, conv);
  return conv.activation == Activation::none ? apply(b, name, x, function) : x;
}

TensorId depthwise(Builder& b, const std::string& name, TensorId x, Conv conv, Function function) {
  conv.activation = fused(function);
  x = b.depthwise(name, x, conv);
  return conv.activation == Activation::none ? apply(b, name, x, function) : x;
}

TensorId excite(Builder& b, const std::string& name, TensorId x, const Excite& excite) {
  if (excite.squeezed == 0) return x;
  TensorId y = b.global_mean(name + ".avgpool", x, true);
  y = conv(b, name + ".fc1", y, {excite.squeezed}, excite.inner);
  y = apply(b, name, b.conv(name + ".fc2", y, {b.channels(x)}), excite.gate);
  return b.mul(name + ".scale", x, y);
}

TensorId inverted_residual(Builder& b, const std::string& name, TensorId x, const InvertedResidual& block) {
  const std::int64_t in = b.channels(x);
  Conv window{0, block.kernel, block.stride};
  window.border = block.border;
  TensorId y = x;
  if (block.expanded != in) y = conv(b, name + ".expand", y, {block.expanded}, block.function);
  y = depthwise(b, name + ".depthwise", y, window, block.function);
  y = excite(b, name + ".se", y, block.excite);
  y = b.conv(name + ".project", y, {block.channels});
  return block.stride == 1 && in == block.channels ? b.add(name + ".add", x, y) : y;
}

}  // namespace takt::zoo
