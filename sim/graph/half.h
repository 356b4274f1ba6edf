// Numbers of 16 bits as IEEE 754 has them (binary16), by integers and operations that every processor rounds alike.
#pragma once

#include <cstdint>
#include <cstring>

namespace takt::graph {

constexpr std::uint16_t half_nan = 0x7E00;

// Exact.
inline float single_of_half(std::uint16_t bits) {
  const std::uint32_t magnitude = (bits & 0x7FFFU) << 13;  // 2^112 too small
  float scaled;
  std::memcpy(&scaled, &magnitude, sizeof scaled);
  scaled *= 0x1p112F;
  std::uint32_t single;
  std::memcpy(&single, &scaled, sizeof single);
  if ((bits & 0x7C00U) == 0x7C00U) single = 0x7F800000U | magnitude;  // infinite, or no number
  single |= (bits & 0x8000U) << 16;
  std::memcpy(&scaled, &single, sizeof scaled);
  return scaled;
}

// The nearest, halves to even; what is no number becomes half_nan.
inline std::uint16_t half_of_single(float x) {
  std::uint32_t single;
  std::memcpy(&single, &x, sizeof single);
  const auto sign = static_cast<std::uint16_t>(single >> 16 & 0x8000U);
  single &= 0x7FFFFFFFU;
  if (single > 0x7F800000U) return half_nan;
  if (single >= 0x47800000U) return sign | 0x7C00U;  // 2^16 and more
  if (single < 0x38800000U) {                        // below 2^-14: steps of 2^-24, which are those of floats about 0.5
    float magnitude;
    std::memcpy(&magnitude, &single, sizeof magnitude);
    magnitude += 0.5F;
    std::memcpy(&single, &magnitude, sizeof single);
    return static_cast<std::uint16_t>(sign | (single - 0x3F000000U));
  }
  const std::uint32_t odd = single >> 13 & 1U;
  return static_cast<std::uint16_t>(sign | ((single - 0x38000000U + 0xFFFU + odd) >> 13));
}

}  // namespace takt::graph
