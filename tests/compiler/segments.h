// A program's memory as elementary segments: the pieces between all boundaries of all accesses. Cores have a scratchpad
// each and share the other spaces.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/compiler/program.h"

namespace takt::compiler::test {

// Lists of all cores are numbered through: core * TAKT_ENGINE_COUNT + engine.
inline std::size_t lists_of(const Program& program) { return std::size_t{cores_of(program)} * TAKT_ENGINE_COUNT; }
inline std::uint32_t core_of(std::size_t list) { return static_cast<std::uint32_t>(list / TAKT_ENGINE_COUNT); }
inline const std::vector<takt_command>& commands_of(const Program& program, std::size_t list) {
  return part_of(program, core_of(list)).lists[list % TAKT_ENGINE_COUNT];
}
inline const std::vector<std::vector<Access>>& accesses_of(const Program& program, std::size_t list) {
  return part_of(program, core_of(list)).accesses[list % TAKT_ENGINE_COUNT];
}

struct SegmentAccess {
  bool write = false;
  std::uint32_t first = 0, last = 0;  // segments [first, last)
};

class Segments {
 public:
  explicit Segments(const Program& program);

  std::size_t count() const { return space_of_.size(); }
  Access::Space space_of(std::uint32_t segment) const { return space_of_[segment]; }
  std::pair<std::uint64_t, std::uint64_t> bytes_of(std::uint32_t segment) const;  // of its space
  const std::vector<SegmentAccess>& accesses(std::size_t list, std::size_t command) const {
    return accesses_[list][command];
  }
  // Segments of a core's scratchpad, and of its bytes [begin, end) that any command touches.
  SegmentAccess scratchpad(std::uint32_t core) const;
  SegmentAccess scratchpad(std::uint32_t core, std::uint64_t begin, std::uint64_t end) const;

 private:
  // Scratchpads come behind the spaces that all share.
  static std::size_t memory(std::uint32_t core, Access::Space space) {
    return space == Access::Space::scratchpad ? shared_spaces + core : static_cast<std::size_t>(space) - 1;
  }
  std::uint32_t index_of(std::size_t memory, std::uint64_t at) const;

  static constexpr std::size_t shared_spaces = 4;
  std::vector<std::vector<std::uint64_t>> bounds_;  // by memory, ascending
  std::vector<std::uint32_t> base_;                 // first segment of a memory, and the end of the last
  std::vector<Access::Space> space_of_;
  std::vector<std::vector<std::vector<SegmentAccess>>> accesses_;  // by list and command
};

}  // namespace takt::compiler::test
