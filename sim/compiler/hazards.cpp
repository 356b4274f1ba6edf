#include "sim/compiler/hazards.h"

#include <algorithm>

namespace takt::compiler {

void raise(Counts& counts, const Counts& other) {
  for (std::size_t e = 0; e < counts.size(); ++e) counts[e] = std::max(counts[e], other[e]);
}

Counts Hazards::required(const std::vector<Access>& accesses) const {
  Counts result{};
  for (const Access& access : accesses) {
    const Map& map = spaces_[static_cast<std::size_t>(access.space)];
    auto it = map.upper_bound(access.begin);
    if (it != map.begin()) --it;
    for (; it != map.end() && it->first < access.end; ++it) {
      if (it->second.end <= access.begin) continue;
      raise(result, it->second.written);
      if (access.write) raise(result, it->second.read);
    }
  }
  return result;
}

// Makes a boundary at `at`; the first piece that begins there or later.
Hazards::Map::iterator Hazards::split(Map& map, std::uint64_t at) {
  auto it = map.lower_bound(at);
  if (it == map.begin()) return it;
  auto before = std::prev(it);
  if (before->second.end <= at) return it;
  const Bytes rest = before->second;
  before->second.end = at;
  return map.emplace_hint(it, at, rest);
}

// Every byte of the range gets a piece.
void Hazards::fill(Map& map, std::uint64_t begin, std::uint64_t end) {
  split(map, end);
  auto it = split(map, begin);
  while (begin < end) {
    const std::uint64_t next = it == map.end() ? end : std::min(end, it->first);
    if (begin < next) it = std::next(map.emplace_hint(it, begin, Bytes{next, {}, {}}));
    if (next == end) return;
    begin = it->second.end;
    ++it;
  }
}

void Hazards::record(const std::vector<Access>& accesses, std::uint32_t engine, std::uint32_t count) {
  for (const bool write : {false, true}) {  // a command's own reads do not outlive its writes
    for (const Access& access : accesses) {
      if (access.write != write || access.begin >= access.end) continue;
      Map& map = spaces_[static_cast<std::size_t>(access.space)];
      fill(map, access.begin, access.end);
      for (auto it = map.lower_bound(access.begin); it != map.end() && it->first < access.end;) {
        if (!write) {
          it->second.read[engine] = count;
          ++it;
          continue;
        }
        it = map.erase(it);
      }
      if (write) {
        Bytes bytes{access.end, {}, {}};
        bytes.written[engine] = count;
        map.emplace(access.begin, bytes);
      }
    }
  }
}

}  // namespace takt::compiler
