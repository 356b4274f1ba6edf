#include <algorithm>

#include "sim/config/blame.h"
#include "sim/config/check.h"
#include "sim/config/suggest.h"

namespace takt::config {
namespace {

void check_stream(const FaultConfig& f, const ScenarioConfig& scenario, const Blame& blame) {
  std::vector<std::string> names;
  for (const StreamConfig& s : scenario.streams) names.push_back(s.name);
  const bool known = std::find(names.begin(), names.end(), f.stream) != names.end();
  const std::string near = nearest(f.stream, names);
  blame.require(f.stream.empty() || has_stream(f.kind), "stream", "a stream",
                "none with a kind that is not about jobs");
  blame.require(f.stream.empty() || known, "stream", "no stream \"" + f.stream + "\"",
                "a stream of the scenario" + (near.empty() ? "" : " (nearest '" + near + "')"));
  blame.require(f.kind != FaultKind::client_death || known, "stream", "nothing", "a stream with kind \"client-death\"");
  blame.require(f.request == 0 || (known && !is_timed(f.kind)), "request", text(f.request),
                "0, or a stream's request and a kind that is about jobs");
}

void check_trigger(const FaultConfig& f, const Blame& blame) {
  const bool timed = is_timed(f.kind);
  const char* const expected = "none with a kind that happens at a time";
  blame.require(!timed || f.space == 0, "space", text(f.space), expected);
  blame.require(!timed || f.interval == 1, "interval", text(f.interval), expected);
  blame.require(!timed || f.probability == certain, "probability_percent", "a value", expected);
  blame.require(timed || f.period_us == 0, "period_us", text(f.period_us),
                "none with a kind that does not happen at a time");
  blame.require(!timed || f.times == 1 || f.period_us != 0, "times", text(f.times), "1, or period_us more than 0");
  blame.require(f.kind != FaultKind::client_death || f.times == 1, "times", text(f.times), "1: a client dies once");
}

}  // namespace

void check_faults(const ScenarioConfig& scenario, const Layers& layers) {
  Blame(layers, "recovery")
      .require(!scenario.recovery.warm_boot || scenario.recovery.cold_boot, "warm_boot", "true",
               "recovery.cold_boot = true with it: a warm boot may fail");
  constexpr std::size_t most_streams = 31;
  for (const FaultConfig& f : scenario.faults) {
    const Blame blame(layers, "fault." + f.name);
    check_stream(f, scenario, blame);
    check_trigger(f, blame);
    const bool slow = f.kind == FaultKind::engine_slow;
    blame.require(slow ? f.factor >= 2 : f.factor == 0, "factor", text(f.factor),
                  slow ? "2 at least" : "none without kind \"engine-slow\"");
    blame.require(f.kind != FaultKind::unknown_status || scenario.recovery.cold_boot, "kind",
                  "a status that the driver does not know", "recovery.cold_boot = true with it");
    blame.require(f.kind != FaultKind::stray_doorbell || scenario.streams.size() < most_streams, "kind",
                  "a doorbell without a queue", "fewer streams than there are doorbells");
  }
}

}  // namespace takt::config
