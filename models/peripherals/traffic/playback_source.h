// A recorded list of accesses, played in its order with a bounded number in flight.
#pragma once

#include <memory>

#include "models/peripherals/config.h"
#include "models/peripherals/traffic/generator.h"

namespace takt::peripherals {

// Where the accesses come from: takt's platform reads trace files.
class PlaybackFeed {
 public:
  enum class Timing {
    absolute,        // time = since the start of the list; never decreases
    after_previous,  // time = after the issue of the access before
    after_end,       // time = after the end of the access before
    as_accepted,     // no time: as many in flight as may be
  };
  virtual ~PlaybackFeed() = default;

  virtual Timing timing() const = 0;
  // The next access and its time; false behind the last. Addresses are those of the source's region.
  virtual bool next(Access& access, units::Time& time) = 0;
  // Back to the first access. false where that cannot be done: the list ends here.
  virtual bool rewind() = 0;
};

class PlaybackSource final : public Generator {
 public:
  // Precondition: the list has an access, outstanding is at least 1.
  PlaybackSource(const PlaybackConfig& config, std::unique_ptr<PlaybackFeed> feed);

  units::Time due(units::Time now) override;
  Access take(units::Time now) override;
  void landed(const Access& access, units::Time at) override;
  Misses misses() const override { return {late_, 0}; }
  void report(std::vector<Figure>& figures) const override;

 private:
  bool fetch();

  const PlaybackConfig config_;
  const std::unique_ptr<PlaybackFeed> feed_;
  const PlaybackFeed::Timing timing_;
  Access next_;
  units::Time next_time_;
  bool have_ = false;
  bool over_ = false;
  units::Time origin_;      // of absolute times
  units::Time latest_;      // absolute time of the access before
  units::Time last_issue_;  // the start, before the first
  units::Time last_end_;    // likewise
  std::uint64_t in_flight_ = 0;

  std::uint64_t rounds_ = 0;  // whose last access has been issued
  std::uint64_t late_ = 0;    // issued after their time
  units::Time late_sum_;
  units::Time worst_late_;
};

}  // namespace takt::peripherals
