// The timeline of a run as a Perfetto file: models/base's sink on traces' writer, within bounds of time and size.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>

#include "models/base/timeline.h"
#include "traces/formats/perfetto.h"

namespace takt::cli {

struct TimelineBounds {
  // What reaches into [begin, end) is written, slices whole. A counter's value at its begin is among it.
  units::Time begin;
  units::Time end = units::never();
  std::uint64_t bytes = 0;  // of the file, at most; at least `least`: what would lead beyond ends the recording

  static constexpr std::uint64_t least = 100000;
};

class TimelineFile final : public base::TimelineSink {
 public:
  // Throws std::runtime_error where the file cannot be created.
  TimelineFile(const std::filesystem::path& file, const TimelineBounds& bounds) : bounds_(bounds), writer_(file) {}

  Track slice_track(std::string_view group, std::string_view name) override;
  Track counter_track(std::string_view group, std::string_view name, std::string_view unit) override;
  void slice(Track track, std::string_view name, units::Time begin, units::Time end, std::string_view note,
             base::Flow flow) override;
  void instant(Track track, std::string_view name, units::Time at, base::Flow flow) override;
  void counter(Track track, units::Time at, double value) override;

  // Throws std::runtime_error where the file could not be written.
  void finish();
  // Since when nothing is in it because of its size; nothing: it has all.
  std::optional<units::Time> stopped() const { return stopped_; }

 private:
  // Whether to write what lies in [begin, end].
  bool takes(units::Time begin, units::Time end);
  void put_earlier(std::map<Track, double>::iterator counter);

  const TimelineBounds bounds_;
  traces::PerfettoWriter writer_;
  std::map<Track, double> earlier_;  // counters' values at the window's begin, until they are written
  units::Time latest_;
  std::optional<units::Time> stopped_;
};

}  // namespace takt::cli
