#include "sim/functional/walk.h"

namespace takt::functional {
namespace {

bool continues(const Walk::Dimension& outer, const Walk::Dimension& inner) {
  return outer.steps[0] == inner.steps[0] * inner.extent && outer.steps[1] == inner.steps[1] * inner.extent;
}

}  // namespace

Walk::Walk(const std::vector<Dimension>& dimensions, std::uint64_t start) : start_{start, 0} {
  for (const Dimension& dimension : dimensions) {
    if (dimension.extent == 1) continue;
    if (!dimensions_.empty() && continues(dimensions_.back(), dimension))
      dimensions_.back() = {dimensions_.back().extent * dimension.extent, dimension.steps};
    else
      dimensions_.push_back(dimension);
  }
  if (dimensions_.empty()) dimensions_.push_back({1, {1, 1}});
}

void Walk::Cursor::seek(std::uint64_t element) {
  if (element == element_) return;
  element_ = element;
  places_ = walk_.start_;
  for (std::size_t i = index_.size(); i-- > 0;) {
    const auto extent = static_cast<std::uint64_t>(walk_.dimensions_[i].extent);
    index_[i] = 0;
    move(i, i == 0 ? element : element % extent);
    element /= extent;
  }
}

void Walk::Cursor::pass(std::uint64_t count) {
  element_ += count;
  std::size_t i = index_.size() - 1;
  move(i, count);
  while (i > 0 && index_[i] == static_cast<std::uint64_t>(walk_.dimensions_[i].extent)) {
    move(i, -index_[i]);
    move(--i, 1);
  }
}

// Places and distances wrap, so that backwards is forwards by 2^64 less.
void Walk::Cursor::move(std::size_t dimension, std::uint64_t by) {
  index_[dimension] += by;
  for (std::size_t k = 0; k < places_.size(); ++k)
    places_[k] += by * static_cast<std::uint64_t>(walk_.dimensions_[dimension].steps[k]);
}

}  // namespace takt::functional
