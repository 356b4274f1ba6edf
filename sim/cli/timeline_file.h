// The timeline of a run as a Perfetto file: models/base's sink on traces' writer.
#pragma once

#include <filesystem>

#include "models/base/timeline.h"
#include "traces/formats/perfetto.h"

namespace takt::cli {

class TimelineFile final : public base::TimelineSink {
 public:
  explicit TimelineFile(const std::filesystem::path& file) : writer_(file) {}

  Track slice_track(std::string_view group, std::string_view name) override { return writer_.slice_track(group, name); }
  Track counter_track(std::string_view group, std::string_view name, std::string_view unit) override {
    return writer_.counter_track(group, name, unit);
  }
  void slice(Track track, std::string_view name, units::Time begin, units::Time end, std::string_view note) override {
    writer_.slice(track, name, begin, end, note);
  }
  void instant(Track track, std::string_view name, units::Time at) override { writer_.instant(track, name, at); }
  void counter(Track track, units::Time at, double value) override { writer_.counter(track, at, value); }

  void finish() { writer_.finish(); }

 private:
  traces::PerfettoWriter writer_;
};

}  // namespace takt::cli
