// A program's memory as elementary segments: the pieces between all boundaries of all accesses.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/compiler/program.h"

namespace takt::compiler::test {

struct SegmentAccess {
  bool write = false;
  std::uint32_t first = 0, last = 0;  // segments [first, last)
};

class Segments {
 public:
  explicit Segments(const Program& program);

  std::size_t count() const { return space_of_.size(); }
  Access::Space space_of(std::uint32_t segment) const { return space_of_[segment]; }
  const std::vector<SegmentAccess>& accesses(std::size_t engine, std::size_t command) const {
    return accesses_[engine][command];
  }
  // Segments of scratchpad bytes [begin, end) that any command touches.
  SegmentAccess scratchpad(std::uint64_t begin, std::uint64_t end) const;

 private:
  std::uint32_t index_of(std::size_t space, std::uint64_t at) const;

  std::array<std::vector<std::uint64_t>, 5> bounds_;  // by space, ascending
  std::array<std::uint32_t, 5> base_{};               // first segment of a space
  std::vector<Access::Space> space_of_;
  std::array<std::vector<std::vector<SegmentAccess>>, TAKT_ENGINE_COUNT> accesses_;
};

}  // namespace takt::compiler::test
