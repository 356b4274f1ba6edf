#include "tests/compiler/segments.h"

#include <algorithm>

namespace takt::compiler::test {

Segments::Segments(const Program& program) : bounds_(shared_spaces + cores_of(program)) {
  for (std::size_t l = 0; l < lists_of(program); ++l)
    for (const auto& command : accesses_of(program, l))
      for (const Access& access : command) {
        auto& bounds = bounds_[memory(core_of(l), access.space)];
        bounds.push_back(access.begin);
        bounds.push_back(access.end);
      }
  for (std::uint32_t core = 0; core < cores_of(program); ++core)
    for (const takt_live_range& range : part_of(program, core).live_ranges) {
      auto& bounds = bounds_[memory(core, Access::Space::scratchpad)];
      bounds.push_back(range.offset);
      bounds.push_back(std::uint64_t{range.offset} + range.bytes);
    }
  for (std::size_t m = 0; m < bounds_.size(); ++m) {
    auto& bounds = bounds_[m];
    std::sort(bounds.begin(), bounds.end());
    bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
    base_.push_back(static_cast<std::uint32_t>(space_of_.size()));
    const auto space = m < shared_spaces ? static_cast<Access::Space>(m + 1) : Access::Space::scratchpad;
    if (!bounds.empty()) space_of_.resize(space_of_.size() + bounds.size() - 1, space);
  }
  base_.push_back(static_cast<std::uint32_t>(space_of_.size()));
  for (std::size_t l = 0; l < lists_of(program); ++l) {
    auto& commands = accesses_.emplace_back();
    for (const auto& command : accesses_of(program, l)) {
      std::vector<SegmentAccess> list;
      for (const Access& a : command) {
        const std::size_t m = memory(core_of(l), a.space);
        list.push_back({a.write, index_of(m, a.begin), index_of(m, a.end)});
      }
      commands.push_back(std::move(list));
    }
  }
}

std::uint32_t Segments::index_of(std::size_t memory, std::uint64_t at) const {
  const auto& bounds = bounds_[memory];
  return base_[memory] +
         static_cast<std::uint32_t>(std::lower_bound(bounds.begin(), bounds.end(), at) - bounds.begin());
}

std::pair<std::uint64_t, std::uint64_t> Segments::bytes_of(std::uint32_t segment) const {
  const auto memory =
      static_cast<std::size_t>(std::upper_bound(base_.begin(), base_.end(), segment) - base_.begin()) - 1;
  const auto bound = bounds_[memory].begin() + static_cast<std::ptrdiff_t>(segment - base_[memory]);
  return {bound[0], bound[1]};
}

SegmentAccess Segments::scratchpad(std::uint32_t core) const {
  return {false, base_[shared_spaces + core], base_[shared_spaces + core + 1]};
}

SegmentAccess Segments::scratchpad(std::uint32_t core, std::uint64_t begin, std::uint64_t end) const {
  const std::size_t m = memory(core, Access::Space::scratchpad);
  return {false, index_of(m, begin), index_of(m, end)};
}

}  // namespace takt::compiler::test
