// A memory trace as a background source plays it. The file is read twice: once before the run, to the end, so that a
// fault in it is found before anything is simulated and its region is known; once while it plays. Memory does not grow
// with the trace either time.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <vector>

#include "models/peripherals/traffic/playback_source.h"
#include "sim/config/scenario_config.h"
#include "sim/platform/trace_extent.h"

namespace takt::platform {

class TraceFeed final : public peripherals::PlaybackFeed {
 public:
  // Reads the whole trace. Throws traces::MemoryTraceError: a bad trace, one that needs a clock and has none, a time
  // from 2^63 ps on, an address outside the memory.
  static TraceExtent scan(const config::TrafficSource& source, const config::SocConfig& soc);

  // `extent` is the scan's. A file that has changed since, and is bad now or leaves it, ends the list: on_fault is
  // called once, and rethrow() throws what was wrong.
  TraceFeed(const config::TrafficSource& source, const config::SocConfig& soc, TraceExtent extent,
            std::function<void()> on_fault);
  ~TraceFeed() override;

  Timing timing() const override;
  bool next(peripherals::Access& access, units::Time& time) override;
  bool rewind() override;
  void rethrow() const;

 private:
  class Reader;
  template <class Work>
  bool guarded(const Work& work);

  const config::TrafficSource source_;
  const config::SocConfig& soc_;
  const TraceExtent extent_;
  const std::uint64_t origin_;  // the trace's address that is the region's first
  const std::function<void()> on_fault_;
  std::unique_ptr<Reader> reader_;
  std::exception_ptr fault_;
};

// Of every source of the scenario; empty for those that play none.
std::vector<TraceExtent> scan_traces(const config::ScenarioConfig& scenario);

}  // namespace takt::platform
