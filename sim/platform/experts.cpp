#include "sim/platform/experts.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace takt::platform {
namespace {

using Wide = unsigned __int128;

constexpr std::uint64_t unit = 1ull << 62;

// Rounded down.
constexpr std::uint64_t root(Wide square) {
  std::uint64_t result = 0;
  for (std::uint64_t bit = 1ull << 63; bit != 0; bit >>= 1)
    if (Wide{result | bit} * (result | bit) <= square) result |= bit;
  return result;
}

// 2^-x of `unit`, x in 1/2^32: the product of the roots of 1/2 for the bits of x.
constexpr std::uint64_t power_of_half(std::uint64_t x) {
  if (x >> 32 >= 62) return 0;
  std::uint64_t result = unit, half = unit / 2;
  for (std::uint32_t bit = 32; bit-- > 0;) {
    half = root(Wide{half} * unit);
    if ((x >> bit & 1) != 0) result = static_cast<std::uint64_t>(Wide{result} * half / unit);
  }
  return result >> (x >> 32);
}

// Of the n-th expert, from 1: 2^32 / n^skew, at least 1.
std::uint64_t weight(std::uint64_t n, std::uint64_t skew_permille) {
  const std::uint64_t exponent = units::mul_div(units::log2_q32(n), skew_permille, 1000);
  return std::max<std::uint64_t>(1, power_of_half(exponent) >> 30);
}

}  // namespace

ExpertChoices::ExpertChoices(const config::ExpertsConfig& config, const traces::ExpertShape& shape, std::uint64_t seed)
    : shape_(shape),
      popularity_(std::size_t{shape.layers} * shape.experts),
      random_(seed),
      chosen_(std::size_t{shape.layers} * shape.per_token) {
  if (config.trace_path.empty()) {
    for (std::size_t i = 0; i < popularity_.size(); ++i) popularity_[i] = weight(i % shape.experts + 1, config.skew);
    return;
  }
  trace_ = traces::read_expert_trace(config.trace_path, shape);
  for (std::size_t i = 0; i < trace_.size(); ++i)
    ++popularity_[i / shape.per_token % shape.layers * shape.experts + trace_[i]];
}

// Without a trace one after the other, each of those that are left by its weight among theirs.
const std::vector<std::uint16_t>& ExpertChoices::next() {
  if (!trace_.empty()) {
    if (at_ == trace_.size()) at_ = 0;
    std::copy_n(trace_.begin() + static_cast<std::ptrdiff_t>(at_), chosen_.size(), chosen_.begin());
    at_ += chosen_.size();
    return chosen_;
  }
  std::vector<std::uint64_t> left(shape_.experts);
  for (std::uint32_t layer = 0; layer < shape_.layers; ++layer) {
    std::copy_n(popularity_.begin() + std::ptrdiff_t{layer} * shape_.experts, shape_.experts, left.begin());
    std::uint64_t sum = std::accumulate(left.begin(), left.end(), std::uint64_t{0});
    for (std::uint32_t i = 0; i < shape_.per_token; ++i) {
      std::uint64_t at = random_.below(sum);
      std::uint16_t expert = 0;
      while (at >= left[expert]) at -= left[expert++];
      chosen_[std::size_t{layer} * shape_.per_token + i] = expert;
      sum -= std::exchange(left[expert], 0);
    }
  }
  return chosen_;
}

ExpertRouter::ExpertRouter(const config::ExpertsConfig& config, const PlacedExperts& placed, std::uint64_t seed)
    : placed_(placed), choices_(config, placed.shape, seed) {
  if (!placed.stored.empty()) cache_.emplace(placed.address.size(), placed.stored, placed.slots);
}

ExpertRoute ExpertRouter::route(std::uint32_t tokens, std::uint32_t slots) {
  const traces::ExpertShape& shape = placed_.shape;
  std::vector<bool> needed(placed_.address.size());
  for (std::uint32_t token = 0; token < tokens; ++token) {
    const std::vector<std::uint16_t>& experts = choices_.next();
    for (std::size_t i = 0; i < experts.size(); ++i) {
      const std::size_t index = i / shape.per_token * shape.experts + experts[i];
      needed[index] = true;
      ++chosen_;
      chosen_near_ += placed_.near[index] ? 1 : 0;
    }
  }
  ExpertRoute route;
  route.table.resize(std::size_t{shape.layers} * slots);
  for (std::size_t layer = 0; layer < shape.layers; ++layer) load(layer, needed, slots, route);
  return route;
}

// All that the layer finds in memory is used before it has anything take another's place.
void ExpertRouter::load(std::size_t layer, const std::vector<bool>& needed, std::uint32_t slots, ExpertRoute& route) {
  const std::size_t first = layer * placed_.shape.experts, end = first + placed_.shape.experts;
  if (cache_)
    for (std::size_t index = first; index < end; ++index)
      if (needed[index] && cache_->has(index)) cache_->use(index);
  bool first_of_layer = true;
  for (std::size_t index = first, slot = layer * slots; index < end; ++index) {
    if (!needed[index]) continue;
    ++loaded_;
    loaded_near_ += placed_.near[index] ? 1 : 0;
    std::uint64_t& address = route.table[slot++];
    address = placed_.address[index];
    if (address != 0) continue;
    const bool there = cache_->has(index);
    address = placed_.far_area + (there ? cache_->slot(index) : cache_->load(index)) * placed_.bytes;
    if (there) continue;
    ++read_;
    route.reads.push_back({address, first_of_layer});
    first_of_layer = false;
  }
}

}  // namespace takt::platform
