#include "models/dram/holes.h"

namespace takt::dram {

using units::Time;

Holes::Slots Holes::take(Time ready, bool write, unsigned least, unsigned most, Time spacing, Time guard) {
  for (unsigned i = 0; i < size_; ++i) {
    Hole& hole = holes_[i];
    if (hole.write != write) continue;
    const Time start = units::max(hole.begin, ready);
    if (start + spacing * (least - 1) + guard > hole.end) continue;
    const std::uint64_t fit = (hole.end - guard - start) / spacing + 1;
    const unsigned count = fit < most ? static_cast<unsigned>(fit) : most;
    const Hole rest{start + spacing * (count - 1) + guard, hole.end, write};
    hole.end = start;
    unsigned position = i + 1;
    if (hole.begin + guard > hole.end) remove(position = i);
    insert(position, rest, guard);
    return {start, count};
  }
  return {};
}

void Holes::insert(unsigned position, Hole hole, Time guard) {
  if (hole.begin + guard > hole.end) return;
  if (size_ == depth) return;  // a remainder is forgotten: slower, never illegal
  for (unsigned i = size_++; i > position; --i) holes_[i] = holes_[i - 1];
  holes_[position] = hole;
}

}  // namespace takt::dram
