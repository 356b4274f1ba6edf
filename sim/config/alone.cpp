// A stream by itself, without faults: what its latency beside others is measured against.
#include <algorithm>

#include "sim/config/load.h"

namespace takt::config {

Scenario alone(const Scenario& scenario, std::size_t stream) {
  Scenario result = scenario;
  StreamConfig only = scenario.config.streams.at(stream);
  // Its place among the sources no longer chooses its arrivals.
  only.seed = effective_seed(scenario.config.seed, only.seed, stream);
  const std::string own = "stream." + only.name + ".";
  const auto of_others = [&](const ResolvedKey& key) {
    return key.path.rfind("traffic.", 0) == 0 || key.path.rfind("fault.", 0) == 0 ||
           (key.path.rfind("stream.", 0) == 0 && key.path.rfind(own, 0) != 0);
  };
  result.keys.erase(std::remove_if(result.keys.begin(), result.keys.end(), of_others), result.keys.end());
  for (ResolvedKey& key : result.keys)
    if (key.path == own + "seed") key.value = std::to_string(only.seed);
  result.config.streams = {std::move(only)};
  result.config.traffic.clear();
  result.config.faults.clear();
  return result;
}

}  // namespace takt::config
