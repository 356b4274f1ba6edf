// What the SoC moves and spends over time, in at most so many equal spans: where there would be more, two become one.
#pragma once

#include <vector>

#include "sim/platform/run_record.h"
#include "sim/platform/soc.h"
#include "sim/platform/traffic_meter.h"

namespace takt::platform {

class SpanRecorder {
 public:
  static constexpr std::size_t most = 2000;  // spans; even

  SpanRecorder(const Soc& soc, const TrafficMeter& meter) : soc_(soc), meter_(meter) {}

  // At the window's begin; every 100 us; at its end. The ledger is settled up to `at`.
  void begin(units::Time at) { last_ = look(at); }
  void advance(units::Time at);
  void end(units::Time at);

  bool begun() const { return last_.at != units::never(); }
  // The last span may be shorter.
  SpansRecord record() const;

 private:
  struct Counts {
    units::Time at = units::never();
    Moved moved;
    std::vector<Attojoules> components;
  };
  Counts look(units::Time at) const;
  void close(units::Time at);
  void halve();

  const Soc& soc_;
  const TrafficMeter& meter_;
  Counts last_;
  std::vector<SpanRecord> spans_;
  std::size_t looks_ = 0;     // since the last span ended
  std::size_t per_span_ = 1;  // looks
};

}  // namespace takt::platform
