// Mixtures of experts in conversations: which experts tokens choose, and where the experts' weights lie.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/units/random.h"
#include "sim/config/scenario_config.h"
#include "traces/formats/experts/expert_trace.h"

namespace takt::platform {

// How often each expert is chosen, in any unit: by layer, then expert.
using Popularity = std::vector<std::uint64_t>;

// Experts of the distribution have 1 / n^skew of the first one's chance, n their number from 1 (Zipf), in each layer;
// of a trace, as often as it chooses them.
class ExpertChoices {
 public:
  // `trace_path`, where not empty, is read. Throws MemoryTraceError.
  ExpertChoices(const config::ExpertsConfig& config, const traces::ExpertShape& shape, std::uint64_t seed);

  // Of the next token in all layers, one layer's behind the other's; in each, different ones.
  const std::vector<std::uint16_t>& next();
  const traces::ExpertShape& shape() const { return shape_; }
  const Popularity& popularity() const { return popularity_; }

 private:
  traces::ExpertShape shape_;
  std::vector<std::uint16_t> trace_;  // empty: drawn
  std::size_t at_ = 0;                // of the trace; behind its end it begins again
  Popularity popularity_;
  units::Random random_;
  std::vector<std::uint16_t> chosen_;
};

// Weights of the experts, all of the same size, as placed.
struct PlacedExperts {
  traces::ExpertShape shape;
  std::vector<std::uint64_t> address;    // by layer, then expert
  std::vector<bool> near;                // likewise: in the NPU's memory, else in the one for what does not fit there
  std::uint64_t bytes = 0, weights = 0;  // of one: what it takes, and its weights alone
  std::uint64_t near_area = 0, near_bytes = 0, far_area = 0, far_bytes = 0;
  std::uint64_t tables = 0, table_bytes = 0;  // of each conversation: what its job's tokens have chosen
};

// What steps and chunks have loaded.
class ExpertRouter {
 public:
  ExpertRouter(const config::ExpertsConfig& config, const PlacedExperts& placed, std::uint64_t seed)
      : placed_(placed), choices_(config, placed.shape, seed) {}

  // The table for the next so many tokens: each layer's experts that any of them chooses, ascending, 0 behind them up
  // to the layer's `slots`. Requires slots >= min(experts, tokens x per_token).
  std::vector<std::uint64_t> route(std::uint32_t tokens, std::uint32_t slots);

  std::uint64_t chosen() const { return chosen_; }  // by tokens, each in each layer
  std::uint64_t chosen_near() const { return chosen_near_; }
  std::uint64_t loaded() const { return loaded_; }  // by jobs: once however many of their tokens choose it
  std::uint64_t loaded_near() const { return loaded_near_; }

 private:
  const PlacedExperts& placed_;
  ExpertChoices choices_;
  std::uint64_t chosen_ = 0, chosen_near_ = 0, loaded_ = 0, loaded_near_ = 0;
};

}  // namespace takt::platform
