#include "models/peripherals/traffic/playback_source.h"

namespace takt::peripherals {

using units::Time;
using Timing = PlaybackFeed::Timing;

PlaybackSource::PlaybackSource(const PlaybackConfig& config, std::unique_ptr<PlaybackFeed> feed)
    : config_(config),
      feed_(std::move(feed)),
      timing_(feed_->timing()),
      origin_(units::microseconds(config.start_us)),
      last_issue_(origin_),
      last_end_(origin_) {}

// Makes next_ the next access, where there is one.
bool PlaybackSource::fetch() {
  if (have_ || over_) return have_;
  have_ = feed_->next(next_, next_time_);
  if (have_) return true;
  ++rounds_;
  over_ = !config_.loop || !feed_->rewind() || !feed_->next(next_, next_time_);
  have_ = !over_;
  origin_ += latest_;
  return have_;
}

Time PlaybackSource::due(Time) {
  if (!fetch() || in_flight_ == config_.outstanding) return units::never();
  switch (timing_) {
    case Timing::absolute:
      return origin_ + next_time_;
    case Timing::after_previous:
      return last_issue_ + next_time_;
    case Timing::after_end:
      return in_flight_ > 0 ? units::never() : last_end_ + next_time_;
    case Timing::as_accepted:
      break;
  }
  return last_issue_;
}

Access PlaybackSource::take(Time now) {
  const Time wanted = due(now);
  if (now > wanted && timing_ != Timing::as_accepted) {
    ++late_;
    late_sum_ += now - wanted;
    worst_late_ = units::max(worst_late_, now - wanted);
  }
  latest_ = next_time_;
  last_issue_ = now;
  have_ = false;
  ++in_flight_;
  return next_;
}

void PlaybackSource::landed(const Access&, Time at) {
  --in_flight_;
  last_end_ = units::max(last_end_, at);
}

void PlaybackSource::report(std::vector<Figure>& figures) const {
  figures.insert(figures.end(), {{"rounds", "", Figure::count, false, rounds_},
                                 {"late", "", Figure::time, false, late_sum_.value},
                                 {"worst_late", "", Figure::time, true, worst_late_.value}});
}

}  // namespace takt::peripherals
