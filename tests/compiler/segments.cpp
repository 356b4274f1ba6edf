#include "tests/compiler/segments.h"

#include <algorithm>

namespace takt::compiler::test {

Segments::Segments(const Program& program) {
  for (const auto& list : program.accesses)
    for (const auto& command : list)
      for (const Access& access : command) {
        auto& bounds = bounds_[static_cast<std::size_t>(access.space)];
        bounds.push_back(access.begin);
        bounds.push_back(access.end);
      }
  for (const takt_live_range& range : program.live_ranges) {
    bounds_[0].push_back(range.offset);
    bounds_[0].push_back(std::uint64_t{range.offset} + range.bytes);
  }
  for (std::size_t space = 0; space < bounds_.size(); ++space) {
    auto& bounds = bounds_[space];
    std::sort(bounds.begin(), bounds.end());
    bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
    base_[space] = static_cast<std::uint32_t>(space_of_.size());
    if (!bounds.empty()) space_of_.resize(space_of_.size() + bounds.size() - 1, static_cast<Access::Space>(space));
  }
  for (std::size_t e = 0; e < accesses_.size(); ++e)
    for (const auto& command : program.accesses[e]) {
      std::vector<SegmentAccess> list;
      for (const Access& a : command)
        list.push_back({a.write, index_of(static_cast<std::size_t>(a.space), a.begin),
                        index_of(static_cast<std::size_t>(a.space), a.end)});
      accesses_[e].push_back(std::move(list));
    }
}

std::uint32_t Segments::index_of(std::size_t space, std::uint64_t at) const {
  const auto& bounds = bounds_[space];
  return base_[space] + static_cast<std::uint32_t>(std::lower_bound(bounds.begin(), bounds.end(), at) - bounds.begin());
}

SegmentAccess Segments::scratchpad(std::uint64_t begin, std::uint64_t end) const {
  return {false, index_of(0, begin), index_of(0, end)};
}

}  // namespace takt::compiler::test
