// Walking over regions and parts without a test per element.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "sim/functional/kernel.h"

namespace takt::functional {

// A region as pixels, each of which is all channels of a position, and channels of these.
struct Block {
  std::uint64_t begin = 0, end = 0;   // pixels
  std::uint64_t first = 0, last = 0;  // channels

  std::uint64_t channels() const { return last - first; }
};

// Throws std::invalid_argument where a region ends within a pixel or counts other channels.
Block block_of(const Region& region, std::uint64_t channels);

inline bool is_dense(const Region& region) { return region.last - region.first == region.channels; }

// visit(element, count) for the stretches of a region in order: elements that follow each other in the tensor.
template <typename Visit>
void each_stretch(const Region& region, const Visit& visit) {
  if (region.begin == region.end) return;
  if (is_dense(region)) return visit(region.begin, region.end - region.begin);
  for (std::uint64_t at = region.begin; at < region.end; at += region.channels)
    visit(at + region.first, region.last - region.first);
}

// visit(element, count) for pieces of a stretch that cross no multiple of `size`.
template <typename Visit>
void each_piece(std::uint64_t element, std::uint64_t count, std::uint64_t size, const Visit& visit) {
  for (const std::uint64_t end = element + count; element < end;) {
    const std::uint64_t next = std::min(end, (element / size + 1) * size);
    visit(element, next - element);
    element = next;
  }
}

// Where pixels that follow each other in a row of a tensor stand in a part.
struct Places {
  std::uint64_t begin = 0;  // of the first pixel
  std::uint64_t step = 0;   // from one pixel to the next
};

// `pixels` times `needed` elements from `element` on, of pixels of `channels` each. Throws Absent where one is missing.
Places places_of(const Part& part, std::uint64_t element, std::uint64_t pixels, std::uint64_t channels,
                 std::uint64_t needed);

template <typename T>
const T* elements_of(const Part& part) {
  return reinterpret_cast<const T*>(part.data);
}

}  // namespace takt::functional
