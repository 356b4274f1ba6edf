// Experts that lie in storage: which of them memory has room for, the one not used for the longest time going first, as
// Eliseev and Mazur, "Fast Inference of Mixture-of-Experts Language Models with Offloading", 2023, has it.
#pragma once

#include <cstdint>
#include <list>
#include <vector>

namespace takt::platform {

class ExpertCache {
 public:
  // Full at the beginning: with the first so many of `experts`, numbers below `count`, of which the first goes last.
  ExpertCache(std::size_t count, const std::vector<std::size_t>& experts, std::uint32_t slots);

  bool has(std::size_t expert) const { return slot_[expert] != none; }
  // Requires has().
  std::uint32_t slot(std::size_t expert) const { return slot_[expert]; }
  // Of one that is there.
  void use(std::size_t expert) { order_.splice(order_.begin(), order_, place_[slot_[expert]]); }
  // Of one that is not: in the place of another. Its slot.
  std::uint32_t load(std::size_t expert);

 private:
  static constexpr std::uint32_t none = ~0u;
  std::vector<std::uint32_t> slot_;                      // by expert
  std::list<std::size_t> order_;                         // experts that are there, the latest used first
  std::vector<std::list<std::size_t>::iterator> place_;  // in it, by slot
};

}  // namespace takt::platform
