// Mixtures of experts in conversations: which experts tokens choose, and where the experts' weights lie.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/units/random.h"
#include "sim/config/scenario_config.h"
#include "sim/platform/expert_cache.h"
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
  std::vector<std::uint64_t> address;    // by layer, then expert; of those in storage 0
  std::vector<bool> near;                // likewise: in the NPU's memory, else in the one for what does not fit there
  std::uint64_t bytes = 0, weights = 0;  // of one: what it takes, and its weights alone
  std::vector<std::size_t> stored;       // those in storage, by layer, then expert; the most popular first
  std::uint32_t slots = 0;               // places for them, from far_area on
  std::uint64_t near_area = 0, near_bytes = 0, far_area = 0, far_bytes = 0;
  std::uint64_t tables = 0, table_bytes = 0;  // of each conversation: what its job's tokens have chosen
};

// What a job loads.
struct ExpertRoute {
  struct Read {
    std::uint64_t address = 0;   // where it is to lie
    bool first_of_layer = true;  // it is known only once the layers before have run
  };
  // Each layer's experts that any of its tokens chooses, ascending, 0 behind them up to the layer's slots.
  std::vector<std::uint64_t> table;
  std::vector<Read> reads;  // from storage, layer by layer
};

// What steps and chunks have loaded.
class ExpertRouter {
 public:
  // `placed` outlives the router.
  ExpertRouter(const config::ExpertsConfig& config, const PlacedExperts& placed, std::uint64_t seed);

  // Of the next so many tokens. Requires slots >= min(experts, tokens x per_token).
  ExpertRoute route(std::uint32_t tokens, std::uint32_t slots);

  std::uint64_t chosen() const { return chosen_; }  // by tokens, each in each layer
  std::uint64_t chosen_near() const { return chosen_near_; }
  std::uint64_t loaded() const { return loaded_; }  // by jobs: once however many of their tokens choose it
  std::uint64_t loaded_near() const { return loaded_near_; }
  std::uint64_t read() const { return read_; }  // of those loaded: from storage first

 private:
  void load(std::size_t layer, const std::vector<bool>& needed, std::uint32_t slots, ExpertRoute& route);

  const PlacedExperts& placed_;
  ExpertChoices choices_;
  std::optional<ExpertCache> cache_;  // of those in storage
  std::uint64_t chosen_ = 0, chosen_near_ = 0, loaded_ = 0, loaded_near_ = 0, read_ = 0;
};

}  // namespace takt::platform
