// TensorFlow's SAME padding of one axis: output = ceil(size / stride); an odd remainder goes after.
// Source: TensorFlow API documentation, tf.nn, "Notes on padding".
#pragma once

#include <algorithm>
#include <cstdint>

namespace takt::graph {

struct Padding {
  std::int64_t before = 0, after = 0;
};

// All arguments at least 1.
inline Padding same_padding(std::int64_t size, std::int64_t kernel, std::int64_t stride, std::int64_t dilation) {
  const std::int64_t outputs = (size + stride - 1) / stride;
  const std::int64_t extent = (kernel - 1) * dilation + 1;
  const std::int64_t total = std::max<std::int64_t>((outputs - 1) * stride + extent - size, 0);
  return {total / 2, total - total / 2};
}

}  // namespace takt::graph
