// Elements of four bits as DataType::int4 stores them: two a byte, the first in the lower half, as TensorFlow Lite and
// ONNX have them.
#pragma once

#include <cstdint>

namespace takt::graph {

inline std::int8_t nibble_at(const std::uint8_t* data, std::uint64_t index) {
  const int bits = data[index / 2] >> (index % 2 * 4) & 15;
  return static_cast<std::int8_t>((bits ^ 8) - 8);
}

inline void put_nibble(std::uint8_t* data, std::uint64_t index, std::int64_t value) {
  const unsigned shift = index % 2 * 4;
  const unsigned kept = data[index / 2] & ~(15U << shift);
  data[index / 2] = static_cast<std::uint8_t>(kept | (static_cast<unsigned>(value) & 15) << shift);
}

// To elements of a byte each.
inline void widen_nibbles(const std::uint8_t* data, std::uint64_t count, std::uint8_t* to) {
  for (std::uint64_t i = 0; i < count; ++i) to[i] = static_cast<std::uint8_t>(nibble_at(data, i));
}

}  // namespace takt::graph
