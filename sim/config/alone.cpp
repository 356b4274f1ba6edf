// A stream by itself, without faults: what its latency beside others is measured against. A dependent stream would
// never begin alone: those that start it stay.
#include <algorithm>

#include "sim/config/load.h"

namespace takt::config {

namespace {

// The stream and, of a dependent one, those that start it.
std::vector<StreamConfig> with_its_causes(const ScenarioConfig& scenario, std::size_t stream) {
  std::vector<StreamConfig> kept;
  const auto end = scenario.streams.end();
  for (auto at = scenario.streams.begin() + static_cast<std::ptrdiff_t>(stream); at != end;) {
    kept.push_back(*at);
    // Its place among the sources no longer chooses its arrivals.
    const auto place = static_cast<std::uint64_t>(at - scenario.streams.begin());
    kept.back().seed = effective_seed(scenario.seed, at->seed, place);
    at =
        std::find_if(scenario.streams.begin(), end, [&](const StreamConfig& s) { return s.name == kept.back().after; });
  }
  return kept;
}

}  // namespace

Scenario alone(const Scenario& scenario, std::size_t stream) {
  Scenario result = scenario;
  result.config.streams = with_its_causes(scenario.config, stream);
  const auto is_gone = [&](const ResolvedKey& key) {
    if (key.path.rfind("traffic.", 0) == 0 || key.path.rfind("fault.", 0) == 0) return true;
    if (key.path.rfind("stream.", 0) != 0) return false;
    return std::none_of(result.config.streams.begin(), result.config.streams.end(),
                        [&](const StreamConfig& kept) { return key.path.rfind("stream." + kept.name + ".", 0) == 0; });
  };
  result.keys.erase(std::remove_if(result.keys.begin(), result.keys.end(), is_gone), result.keys.end());
  for (ResolvedKey& key : result.keys)
    for (const StreamConfig& kept : result.config.streams)
      if (key.path == "stream." + kept.name + ".seed") key.value = std::to_string(kept.seed);
  result.config.traffic.clear();
  result.config.faults.clear();
  return result;
}

}  // namespace takt::config
