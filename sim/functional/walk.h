// A shape walked in storage order, row by row, with the places of up to two operands that step along its dimensions.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "sim/functional/elements.h"

namespace takt::functional {

class Walk {
 public:
  using Places = std::array<std::uint64_t, 2>;
  struct Dimension {
    std::int64_t extent;
    std::array<std::int64_t, 2> steps;  // of an operand's place from one index to the next
  };

  // Dimensions of one element go; those along which both operands step on evenly become one, so that rows are long.
  explicit Walk(const std::vector<Dimension>& dimensions, std::uint64_t start = 0);

  // Of an operand's place along a row.
  std::int64_t step(std::size_t operand) const { return dimensions_.back().steps[operand]; }

  // Calls visit(count, places) for the region's elements, at most a row at a time, with the operands' first places.
  template <typename Visit>
  void rows(const Region& region, const Visit& visit) const {
    Cursor cursor(*this);
    each_stretch(region, [&](std::uint64_t element, std::uint64_t count) {
      cursor.seek(element);
      while (count != 0) {
        const std::uint64_t taken = std::min(count, cursor.left_in_row());
        visit(taken, cursor.places());
        cursor.pass(taken);
        count -= taken;
      }
    });
  }

 private:
  class Cursor {
   public:
    explicit Cursor(const Walk& walk) : walk_(walk), index_(walk.dimensions_.size(), 0), places_(walk.start_) {}
    void seek(std::uint64_t element);
    std::uint64_t left_in_row() const {
      return static_cast<std::uint64_t>(walk_.dimensions_.back().extent) - index_.back();
    }
    void pass(std::uint64_t count);  // within a row
    const Places& places() const { return places_; }

   private:
    void move(std::size_t dimension, std::uint64_t by);

    const Walk& walk_;
    std::vector<std::uint64_t> index_;
    Places places_;
    std::uint64_t element_ = 0;
  };

  std::vector<Dimension> dimensions_;
  Places start_;
};

}  // namespace takt::functional
