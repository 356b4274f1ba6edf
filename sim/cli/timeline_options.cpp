#include "sim/cli/timeline_options.h"

#include <fmt/format.h>

#include <map>

namespace takt::cli {

namespace {
const std::map<std::string, platform::TimelineLevel> levels = {{"jobs", platform::TimelineLevel::jobs},
                                                               {"layers", platform::TimelineLevel::layers},
                                                               {"commands", platform::TimelineLevel::commands}};
}  // namespace

void add_timeline_options(CLI::App& app, TimelineOptions& options) {
  app.add_option("--trace-level", options.level, "timeline: off, jobs, layers or commands, each with those before it")
      ->check(CLI::IsMember({"off", "jobs", "layers", "commands"}))
      ->capture_default_str();
  app.add_option("--trace-limit", options.limit, "limit of the timeline's file, in bytes: recording stops there")
      ->check(CLI::Range(TimelineBounds::least, std::uint64_t{1000000000000}))
      ->capture_default_str();
}

std::unique_ptr<TimelineFile> timeline_file(const TimelineOptions& options, const std::filesystem::path& file,
                                            units::Time begin, units::Time end, platform::RunOptions& run) {
  if (!options.wanted()) return nullptr;
  auto timeline = std::make_unique<TimelineFile>(file, TimelineBounds{begin, end, options.limit});
  run.timeline = timeline.get();
  run.timeline_level = levels.at(options.level);
  return timeline;
}

std::string describe(const TimelineFile* timeline, const TimelineOptions& options) {
  if (timeline == nullptr || !timeline->stopped()) return {};
  return fmt::format("timeline  ends at {} us: it has reached --trace-limit {}\n",
                     timeline->stopped()->value / units::microseconds(1).value, options.limit);
}

}  // namespace takt::cli
