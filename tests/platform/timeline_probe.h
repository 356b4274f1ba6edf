// Keeps a run's timeline in memory.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/base/timeline.h"

namespace takt::platform::test {

class TimelineProbe final : public base::TimelineSink {
 public:
  struct Slice {
    std::string name;
    units::Time begin, end;
    std::string note;
    base::Flow flow;
    double value = 0;  // of a counter
  };

  Track slice_track(std::string_view group, std::string_view name) override {
    tracks_.emplace_back(std::string(group) + "/" + std::string(name), std::vector<Slice>());
    return static_cast<Track>(tracks_.size() - 1);
  }
  Track counter_track(std::string_view group, std::string_view name, std::string_view) override {
    return slice_track(group, name);
  }
  void slice(Track track, std::string_view name, units::Time begin, units::Time end, std::string_view note,
             base::Flow flow) override {
    tracks_[track].second.push_back({std::string(name), begin, end, std::string(note), flow, 0});
  }
  void instant(Track track, std::string_view name, units::Time at, base::Flow flow) override {
    slice(track, name, at, at, {}, flow);
  }
  void counter(Track track, units::Time at, double value) override {
    tracks_[track].second.push_back({{}, at, at, {}, {}, value});
  }

  // Of the track "group/name"; empty where there is none.
  std::vector<Slice> slices(const std::string& track) const {
    for (const auto& [name, list] : tracks_)
      if (name == track) return list;
    return {};
  }
  const std::vector<std::pair<std::string, std::vector<Slice>>>& tracks() const { return tracks_; }

 private:
  std::vector<std::pair<std::string, std::vector<Slice>>> tracks_;
};

}  // namespace takt::platform::test
