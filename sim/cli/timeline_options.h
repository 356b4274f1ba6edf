// The options of takt run that shape its timeline.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "sim/cli/timeline_file.h"
#include "sim/platform/platform.h"

namespace takt::cli {

struct TimelineOptions {
  std::string level = "layers";
  std::uint64_t limit = 500000000;  // bytes

  bool wanted() const { return level != "off"; }
};

void add_timeline_options(CLI::App& app, TimelineOptions& options);

// What `options` ask for, told to `run`; null where they ask for none.
std::unique_ptr<TimelineFile> timeline_file(const TimelineOptions& options, const std::filesystem::path& file,
                                            units::Time begin, units::Time end, platform::RunOptions& run);

// A line of the summary where the timeline stopped before the run's end; empty: it did not.
std::string describe(const TimelineFile* timeline, const TimelineOptions& options);

}  // namespace takt::cli
