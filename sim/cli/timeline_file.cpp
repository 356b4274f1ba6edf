#include "sim/cli/timeline_file.h"

namespace takt::cli {

using units::Time;

namespace {
// For what is written last: an event that passes the limit, and the note that says so.
constexpr std::uint64_t reserve = 50000;
}  // namespace

base::TimelineSink::Track TimelineFile::slice_track(std::string_view group, std::string_view name) {
  return stopped_ ? 0 : writer_.slice_track(group, name);
}

base::TimelineSink::Track TimelineFile::counter_track(std::string_view group, std::string_view name,
                                                      std::string_view unit) {
  return stopped_ ? 0 : writer_.counter_track(group, name, unit);
}

bool TimelineFile::takes(Time begin, Time end) {
  latest_ = units::max(latest_, end);
  if (stopped_ || begin >= bounds_.end || (begin < bounds_.begin && end <= bounds_.begin)) return false;
  if (writer_.bytes() + reserve <= bounds_.bytes) return true;
  writer_.instant(writer_.slice_track("timeline", "limit of size"), "nothing is recorded from here on", end);
  stopped_ = end;
  return false;
}

void TimelineFile::slice(Track track, std::string_view name, Time begin, Time end, std::string_view note,
                         base::Flow flow) {
  if (takes(begin, end)) writer_.slice(track, name, begin, end, note, {flow.id, flow.ends});
}

void TimelineFile::instant(Track track, std::string_view name, Time at, base::Flow flow) {
  if (takes(at, at)) writer_.instant(track, name, at, {flow.id, flow.ends});
}

void TimelineFile::counter(Track track, Time at, double value) {
  if (at < bounds_.begin) {
    earlier_[track] = value;
    return;
  }
  if (const auto before = earlier_.find(track); before != earlier_.end()) {
    if (at > bounds_.begin) put_earlier(before);
    earlier_.erase(before);
  }
  if (takes(at, at)) writer_.counter(track, at, value);
}

void TimelineFile::put_earlier(std::map<Track, double>::iterator counter) {
  if (takes(bounds_.begin, bounds_.begin)) writer_.counter(counter->first, bounds_.begin, counter->second);
}

void TimelineFile::finish() {
  if (latest_ >= bounds_.begin)
    for (auto counter = earlier_.begin(); counter != earlier_.end(); ++counter) put_earlier(counter);
  writer_.finish();
}

}  // namespace takt::cli
