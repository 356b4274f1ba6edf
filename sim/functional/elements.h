// Elements in memory, and how kernels read them.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "sim/functional/operation.h"
#include "sim/functional/regions.h"

namespace takt::functional {

template <typename T>
T element_at(const std::uint8_t* data, std::uint64_t index) {
  T value;
  std::memcpy(&value, data + index * sizeof(T), sizeof(T));
  return value;
}

template <typename T>
void put_element(std::uint8_t* data, std::uint64_t index, T value) {
  std::memcpy(data + index * sizeof(T), &value, sizeof(T));
}

// Sums of 32 bits wrap, as the reference's do in practice.
inline std::int32_t wrapping_sum(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

inline std::int32_t limited(std::int32_t x, const Bounds& bounds) {
  return x < bounds.low ? bounds.low : x > bounds.high ? bounds.high : x;
}

// Bytes of an element; unsupported for types whose elements are not whole bytes.
std::uint64_t element_bytes(const Operation& operation, graph::DataType type);

enum class Activations : std::uint8_t { of_8_bits, of_16_bits_too };
// Unsupported unless the first input is an activation of such a type and the output has the same one.
void expect_activations(const Operation& operation, Activations allowed);

// How far apart neighbours along each dimension lie.
std::vector<std::int64_t> distances_of(const graph::Shape& shape);

// Whether two parts hold the same elements at the same places.
inline bool is_same(const Region& a, const Region& b) {
  if (a.begin != b.begin || a.end != b.end) return false;
  if (is_dense(a) && is_dense(b)) return true;
  return a.channels == b.channels && a.first == b.first && a.last == b.last;
}

// Part::run, quick for parts that have all channels.
inline std::uint64_t run_in(const Part& part, std::uint64_t element, std::uint64_t count) {
  const Region& region = part.region;
  const bool inside = element >= region.begin && element < region.end && count <= region.end - element;
  if (is_dense(region) && inside && part.data != nullptr) return element - region.begin;
  return part.run(element, count);
}

// Calls visit(i, place) for `count` elements that lie `step` apart in the tensor; places count from the part's data.
template <typename Visit>
void each_step(const Part& part, std::uint64_t first, std::int64_t step, std::uint64_t count, const Visit& visit) {
  const auto distance = static_cast<std::uint64_t>(step);  // backwards by wrapping
  if (count == 0) return;
  if (!is_dense(part.region)) {
    for (std::uint64_t i = 0; i < count; ++i) visit(i, part.place(first + i * distance));
    return;
  }
  const std::uint64_t start = run_in(part, first, 1);
  run_in(part, first + (count - 1) * distance, 1);
  for (std::uint64_t i = 0; i < count; ++i) visit(i, start + i * distance);
}

}  // namespace takt::functional
