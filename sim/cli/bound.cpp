#include "sim/cli/bound.h"

#include <fmt/format.h>

#include <cstring>

#include "sim/cli/child.h"
#include "sim/platform/platform.h"
#include "sim/results/streams.h"
#include "sim/results/text_table.h"

namespace takt::cli {
namespace {

const char* const resources[] = {"memory", "noc", "scratchpad", "tensor", "vector", "firmware"};

std::string simulate(const config::Scenario& scenario) {
  platform::Platform soc(scenario, {});
  const std::vector<StreamBound> streams = stream_bounds(soc.run());
  std::string bytes(streams.size() * sizeof(StreamBound), '\0');
  std::memcpy(bytes.data(), streams.data(), bytes.size());
  return bytes;
}

double per_second(const StreamBound& s) {
  return s.window.value == 0 ? 0 : static_cast<double>(s.finished) / static_cast<double>(s.window.value) * 1e12;
}

struct Figure {
  const char* name;
  const char* unit;
  double (*of)(const StreamBound&);
  const char* format;
};
constexpr Figure figures[] = {
    {"p50", "ms", [](const StreamBound& s) { return static_cast<double>(s.p50.value) / 1e9; }, "{:.3f}"},
    {"p99", "ms", [](const StreamBound& s) { return static_cast<double>(s.p99.value) / 1e9; }, "{:.3f}"},
    {"rate", "per s", per_second, "{:.1f}"},
};

std::string cell(const Figure& figure, const StreamBound& as_is, const StreamBound& ideal) {
  const double before = figure.of(as_is), after = figure.of(ideal);
  const std::string value = fmt::format(fmt::runtime(figure.format), after);
  return before == 0 ? value : value + fmt::format(" {:+6.1f} %", (after - before) / before * 100);
}

}  // namespace

std::vector<StreamBound> stream_bounds(const platform::RunRecord& run) {
  std::vector<StreamBound> result;
  for (const platform::StreamRecord& stream : run.streams) {
    const results::StreamFigures f = results::stream_figures(run, stream);
    StreamBound bound;
    bound.completed = f.latency.samples();
    if (!f.latency.empty()) {
      bound.p50 = f.latency.percentile(50);
      bound.p99 = f.latency.percentile(99);
    }
    bound.finished = f.finished_in_window;
    bound.window = run.window.length();
    result.push_back(bound);
  }
  return result;
}

std::vector<Bound> measure_bounds(const std::function<config::Scenario(const config::Overrides&)>& load) {
  std::vector<std::function<std::string()>> work;
  for (const char* resource : resources) {
    work.push_back([&load, resource] { return simulate(load({std::string("ideal.") + resource + "=true"})); });
  }
  const std::vector<std::string> answers = run_in_children(work);
  std::vector<Bound> bounds;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    Bound bound{resources[i], std::vector<StreamBound>(answers[i].size() / sizeof(StreamBound))};
    std::memcpy(static_cast<void*>(bound.streams.data()), answers[i].data(), answers[i].size());
    bounds.push_back(std::move(bound));
  }
  return bounds;
}

std::string bound_table(const platform::RunRecord& run, const std::vector<Bound>& bounds) {
  using results::Align;
  std::vector<Align> columns(4, Align::left);
  columns[3] = Align::right;
  columns.resize(4 + bounds.size(), Align::right);
  results::TextTable table(columns);
  std::vector<std::string> head = {"stream", "figure", "unit", "as it is"};
  for (const Bound& bound : bounds) head.push_back(bound.resource);
  table.row(std::move(head));
  const std::vector<StreamBound> as_is = stream_bounds(run);
  for (std::size_t i = 0; i < as_is.size(); ++i) {
    for (const Figure& figure : figures) {
      std::vector<std::string> row = {run.streams[i].name, figure.name, figure.unit,
                                      fmt::format(fmt::runtime(figure.format), figure.of(as_is[i]))};
      for (const Bound& bound : bounds) row.push_back(cell(figure, as_is[i], bound.streams[i]));
      table.row(std::move(row));
    }
  }
  return "what if one resource cost no time:\n" + table.text();
}

std::string bound_csv(const platform::RunRecord& run, const std::vector<Bound>& bounds) {
  std::string text = "ideal,stream,completed,p50_us,p99_us,finished_in_window,throughput_per_s\n";
  const auto add = [&](const std::string& resource, const std::vector<StreamBound>& streams) {
    for (std::size_t i = 0; i < streams.size(); ++i) {
      const StreamBound& s = streams[i];
      text += fmt::format("{},{},{},{:.6f},{:.6f},{},{:.6f}\n", resource, run.streams[i].name, s.completed,
                          static_cast<double>(s.p50.value) / 1e6, static_cast<double>(s.p99.value) / 1e6, s.finished,
                          per_second(s));
    }
  };
  add("none", stream_bounds(run));
  for (const Bound& bound : bounds) add(bound.resource, bound.streams);
  return text;
}

}  // namespace takt::cli
