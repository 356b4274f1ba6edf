#include "sim/platform/expert_cache.h"

#include <utility>

namespace takt::platform {

ExpertCache::ExpertCache(std::size_t count, const std::vector<std::size_t>& experts, std::uint32_t slots)
    : slot_(count, none) {
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    slot_[experts[slot]] = slot;
    place_.push_back(order_.insert(order_.end(), experts[slot]));
  }
}

std::uint32_t ExpertCache::load(std::size_t expert) {
  const std::uint32_t slot = std::exchange(slot_[order_.back()], none);
  order_.back() = expert;
  slot_[expert] = slot;
  use(expert);
  return slot;
}

}  // namespace takt::platform
