#include "models/cache/tags.h"

namespace takt::cache {

Sector* Tags::find(std::uint64_t number) {
  const std::uint64_t base = number % sets_ * ways_;
  for (unsigned way = 0; way < ways_; ++way) {
    if (tag_[base + way] == number) {
      used_[base + way] = ++clock_;
      return &sector_[base + way];
    }
  }
  return nullptr;
}

Sector& Tags::allocate(std::uint64_t number, Ways ways, Victim& victim) {
  const std::uint64_t base = number % sets_ * ways_ + ways.first;
  std::uint64_t chosen = base;
  for (std::uint64_t i = base; i < base + ways.count; ++i) {
    if (used_[i] < used_[chosen]) chosen = i;  // a free entry was never used: zero
  }
  victim = {tag_[chosen] != free_tag, tag_[chosen], sector_[chosen].dirty};
  tag_[chosen] = number;
  used_[chosen] = ++clock_;
  sector_[chosen] = Sector{};
  return sector_[chosen];
}

}  // namespace takt::cache
