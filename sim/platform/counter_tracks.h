// The timeline's counters: power by rail, bandwidth, clock, temperatures. It looks, and changes nothing.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "models/base/timeline.h"
#include "sim/platform/heat.h"
#include "sim/platform/rails.h"
#include "sim/platform/soc.h"
#include "sim/platform/traffic_meter.h"

namespace takt::platform {

class CounterTracks {
 public:
  // `step`: the least time between values. All that is referred to outlives it.
  CounterTracks(Soc& soc, const TrafficMeter& meter, const Heat& heat, base::TimelineSink& sink, units::Time step);

  // Writes what the time since the last values had, if a step has passed. Power and bandwidth stand from that time's
  // begin on, the clock and temperatures from `at` on, until the next value; one that is as before is not written. The
  // ledger is settled up to `at`.
  void advance(units::Time at) {
    if (at >= last_ + step_) write(at);
  }
  // Likewise, whether or not a step has passed.
  void write(units::Time at);

 private:
  struct Counter {
    base::TimelineSink::Track track = 0;
    double shown = -1;
  };
  using Counters = std::vector<Counter>;
  // What grows, at last_, and how its growth is shown.
  struct Rates {
    Counters tracks;
    std::vector<std::uint64_t> before;
    bool rested = false;  // in the step that ended at last_
  };

  Counter counter(const std::string& group, const std::string& name, const char* unit);
  void put(Counter& counter, units::Time at, double value);
  void put_power(units::Time at);
  void put_bytes(Rates& rates, const std::vector<std::uint64_t>& total, units::Time at);
  void look_at_channels();

  Soc& soc_;
  const TrafficMeter& meter_;
  const Heat& heat_;
  base::TimelineSink& sink_;
  const units::Time step_;
  units::Time last_;
  std::vector<std::size_t> rail_of_;             // [component]
  std::array<Attojoules, rail_count> energy_{};  // at last_
  Counter power_, clock_;
  Counters rails_, temperatures_;
  Rates memories_, ports_, channels_;
  Moved moved_;  // at the latest look
  std::vector<std::uint64_t> channel_bytes_;
};

}  // namespace takt::platform
