#include "sim/results/background.h"

#include <fmt/format.h>

#include "sim/results/figures.h"

namespace takt::results {
namespace {

using platform::BackgroundFigure;
using platform::BackgroundRecord;

Value mean_ns(units::Time sum, std::uint64_t count, const char* why, const std::string& path, Value& notes) {
  if (count == 0) {
    notes[path] = why;
    return nullptr;
  }
  return nanoseconds(units::Time(static_cast<std::uint64_t>(quotient(sum.value, count, 0).digits)));
}

void put_figure(Value& value, const BackgroundFigure& figure, units::Time window) {
  switch (figure.unit) {
    case BackgroundFigure::count:
      value[figure.name] = figure.value;
      break;
    case BackgroundFigure::bytes:
      value[figure.name + "_bytes"] = figure.value;
      break;
    case BackgroundFigure::time:
      value[figure.name + "_us"] = microseconds(units::Time(figure.value));
      break;
  }
  if (!figure.rate.empty()) value[figure.rate] = per_second(figure.value, window);
}

Value source_value(const BackgroundRecord& source, units::Time window, Value& notes) {
  const std::string path = "background[" + source.name + "]";
  Value value;
  value["name"] = source.name;
  value["kind"] = source.kind;
  value["accesses"] = source.accesses();
  value["bytes"] = source.bytes();
  value["bytes_read"] = source.bytes_read;
  value["bytes_written"] = source.bytes_written;
  value["bandwidth_gbps"] = gigabytes_per_second(source.bytes(), window);
  value["missed"] = source.missed;
  value["skipped"] = source.skipped;
  value["worst_latency_us"] = microseconds(source.worst_latency);
  value["read_latency_ns"] =
      mean_ns(source.read_latency_sum, source.reads, "no read", path + ".read_latency_ns", notes);
  value["write_latency_ns"] =
      mean_ns(source.write_latency_sum, source.writes, "no write", path + ".write_latency_ns", notes);
  if (source.kind == "cpu") {
    value["missed"] = nullptr;
    notes[path + ".missed"] = "misses have no deadline";
  }
  for (const BackgroundFigure& figure : source.figures) put_figure(value, figure, window);
  return value;
}

double us(std::uint64_t ps) { return to_double({ps, 6}); }
double ns(units::Time sum, std::uint64_t count) {
  return count == 0 ? 0.0 : to_double(quotient(sum.value, count, 0)) / 1000;
}
double per_second(std::uint64_t count, double seconds) {
  return seconds == 0 ? 0.0 : static_cast<double>(count) / seconds;
}

std::string percent_of(std::uint64_t part, std::uint64_t whole) {
  return fmt::format("{:.0f} %", whole == 0 ? 0.0 : 100.0 * to_double(quotient(part, whole, 6)));
}

std::string constant_line(const BackgroundRecord& s, double) {
  return fmt::format("{} of {} accesses late", s.missed + s.skipped, s.accesses() + s.skipped);
}
std::string display_line(const BackgroundRecord& s, double) {
  return fmt::format("{} underruns, {} of {} frames affected; buffer never below {}", s.missed,
                     s.figure("underrun_frames"), s.figure("frames"),
                     percent_of(s.figure("lowest_fill"), s.figure("buffer")));
}
std::string camera_line(const BackgroundRecord& s, double) {
  return fmt::format("{} overruns, {} of {} frames affected; buffer never above {}", s.missed,
                     s.figure("overrun_frames"), s.figure("frames"),
                     percent_of(s.figure("highest_fill"), s.figure("buffer")));
}
std::string gpu_line(const BackgroundRecord& s, double seconds) {
  return fmt::format("{:.1f} frames/s, {} of {} frames late, longest {:.2f} ms",
                     per_second(s.figure("frames"), seconds), s.missed, s.figure("frames"),
                     us(s.figure("worst_frame")) / 1000);
}
std::string cpu_line(const BackgroundRecord& s, double seconds) {
  return fmt::format("{:.1f} misses/us of {:.0f} ns; stalled {:.1f} %", per_second(s.figure("misses"), seconds) / 1e6,
                     ns(s.read_latency_sum, s.reads), seconds == 0 ? 0.0 : us(s.figure("stalled")) / seconds / 1e4);
}
std::string trace_line(const BackgroundRecord& s, double) {
  return fmt::format("{} accesses, {} issued late (at most {:.2f} us); played to the end {} times", s.accesses(),
                     s.missed, us(s.figure("worst_late")), s.figure("rounds"));
}

constexpr struct {
  const char* kind;
  std::string (*line)(const BackgroundRecord&, double seconds);
} lines[] = {
    {"constant", constant_line}, {"display", display_line}, {"camera", camera_line},
    {"gpu", gpu_line},           {"cpu", cpu_line},         {"trace", trace_line},
};

}  // namespace

Value background_value(const platform::RunRecord& run, Value& notes) {
  Value::Array sources;
  for (const BackgroundRecord& source : run.background)
    sources.push_back(source_value(source, run.window.length(), notes));
  return sources;
}

std::string background_line(const BackgroundRecord& source, units::Time window) {
  const double seconds = to_double({window.value, 12});
  std::string text = fmt::format("{:.2f} GB/s", per_second(source.bytes(), seconds) / 1e9);
  for (const auto& each : lines)
    if (source.kind == each.kind) text += ", " + each.line(source, seconds);
  return text;
}

}  // namespace takt::results
