// Windows over the positions of an image: what convolutions and pools have in common.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/functional/operation.h"
#include "sim/functional/regions.h"

namespace takt::functional {

// The taps of a window along one dimension that meet the input.
struct Span {
  std::int64_t first = 0, end = 0;  // taps
  std::int64_t from = 0;            // where the first of them lies

  std::int64_t taps() const { return end - first; }
};

struct Axis {
  std::int64_t extent = 1, kernel = 1, stride = 1, dilation = 1, before = 0;  // before: elements of padding

  Span span(std::int64_t at) const {
    const std::int64_t origin = at * stride - before;
    const std::int64_t first = origin < 0 ? (dilation - 1 - origin) / dilation : 0;
    const std::int64_t end = origin < extent ? std::min(kernel, (extent - 1 - origin) / dilation + 1) : 0;
    return {first, std::max(first, end), origin + first * dilation};
  }
};

struct Window {
  Axis frames, rows, columns;
  std::int64_t channels = 1;  // of the input
  std::int64_t out_frames = 1, out_height = 1, out_width = 1, out_channels = 1;

  // Of the first input and the output, which have four dimensions, those of a conv3d five; kernel and dilation are for
  // the caller to say.
  static Window of(const Operation& operation);

  std::int64_t taps() const { return frames.kernel * rows.kernel * columns.kernel; }
};

// visit(image, row, first column, end of columns) for the rows of the output that pixels [begin, end) lie in. Frames of
// all images count as images.
template <typename Visit>
void each_row(const Block& block, const Window& window, const Visit& visit) {
  const auto width = static_cast<std::uint64_t>(window.out_width);
  each_piece(block.begin, block.end - block.begin, width, [&](std::uint64_t pixel, std::uint64_t count) {
    const auto row = static_cast<std::int64_t>(pixel / width), column = static_cast<std::int64_t>(pixel % width);
    visit(row / window.out_height, row % window.out_height, column, column + static_cast<std::int64_t>(count));
  });
}

// The rows of the input under a row of windows, `needed` channels of each pixel from channel `first` on.
template <typename T>
class WindowRows {
 public:
  WindowRows(const Window& window, const Part& part, std::int64_t first, std::int64_t needed)
      : window_(window),
        part_(part),
        first_(first),
        needed_(needed),
        places_(static_cast<std::size_t>(window.rows.kernel)) {}

  // To the windows of row y of the output whose columns are [begin, end).
  void move(std::int64_t image, std::int64_t y, std::int64_t begin, std::int64_t end) {
    span_ = window_.rows.span(y);
    std::int64_t right = 0;
    left_ = window_.columns.extent;
    for (std::int64_t x = begin; x < end; ++x) {
      const Span across = window_.columns.span(x);
      if (across.taps() == 0) continue;
      left_ = std::min(left_, across.from);
      right = std::max(right, across.from + (across.taps() - 1) * window_.columns.dilation + 1);
    }
    if (left_ >= right) return;
    for (std::int64_t tap = span_.first; tap < span_.end; ++tap) {
      const std::int64_t row = image * window_.rows.extent + span_.from + (tap - span_.first) * window_.rows.dilation;
      const std::int64_t element = (row * window_.columns.extent + left_) * window_.channels + first_;
      places_[static_cast<std::size_t>(tap)] =
          places_of(part_, u(element), u(right - left_), u(window_.channels), u(needed_));
    }
  }

  const Span& span() const { return span_; }

  // The needed channels of a pixel of the row under a tap, and how far it is to those of the next pixel.
  const T* at(std::int64_t tap, std::int64_t column) const {
    const Places& places = places_[static_cast<std::size_t>(tap)];
    return elements_of<T>(part_) + places.begin + u(column - left_) * places.step;
  }
  std::int64_t step(std::int64_t tap) const {
    return static_cast<std::int64_t>(places_[static_cast<std::size_t>(tap)].step);
  }

 private:
  static std::uint64_t u(std::int64_t x) { return static_cast<std::uint64_t>(x); }

  const Window& window_;
  const Part& part_;
  std::int64_t first_, needed_;
  Span span_;
  std::int64_t left_ = 0;
  std::vector<Places> places_;  // of column left_, one for each tap of span_
};

}  // namespace takt::functional
