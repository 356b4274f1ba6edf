#include "sim/report/page.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "models/base/embedded_file.h"
#include "sim/results/compare.h"
#include "sim/results/metric_table.h"
#include "sim/results/output_folder.h"

namespace takt {
extern const EmbeddedFile report_page[];
}

namespace takt::report {
namespace {

const char* const placeholder = "@TAKT_DATA@";

// What a figure means, once for all figures of a row of the metric table.
class Metrics {
 public:
  // -1: it has none.
  int place(const std::string& path) {
    const results::Metric* metric = results::metric_of(path);
    if (metric == nullptr) return -1;
    const auto at = static_cast<std::size_t>(std::find(used_.begin(), used_.end(), metric) - used_.begin());
    if (at == used_.size()) used_.push_back(metric);
    return static_cast<int>(at);
  }
  Json json() const {
    Json rows = Json::array();
    for (const results::Metric* metric : used_)
      rows.push_back({results::plain_path(*metric), metric->unit,
                      metric->better == results::Better::neither ? "" : results::name_of(metric->better), metric->what,
                      metric->formula});
    return rows;
  }

 private:
  std::vector<const results::Metric*> used_;
};

bool of_the_host(const std::string& path) { return path.compare(0, 5, "host.") == 0; }

char letter(results::Figure::Kind kind) {
  switch (kind) {
    case results::Figure::Kind::null:
      return '0';
    case results::Figure::Kind::boolean:
      return 'b';
    case results::Figure::Kind::number:
      return 'n';
    case results::Figure::Kind::string:
      return 's';
    case results::Figure::Kind::empty:
      break;
  }
  return 'e';
}

Json figures_of(const Run& run, Metrics& metrics) {
  Json figures = Json::object();
  for (const auto& [path, figure] : run.results.figures)
    if (!of_the_host(path)) figures[path] = {figure.text, std::string(1, letter(figure.kind)), metrics.place(path)};
  return figures;
}

Json settings_of(const Run& run) {
  Json rows = Json::array();
  for (const Setting& s : run.settings.all()) rows.push_back({s.path, s.value, s.mark, s.source, s.origin});
  return rows;
}

Json run_data(const Run& run, const Bounds& bounds, Metrics& metrics) {
  return {{"label", run.label},
          {"verdict", verdict(run)},
          {"begin_us", static_cast<double>(run.begin()) / 1e6},
          {"end_us", static_cast<double>(run.end()) / 1e6},
          {"latencies", latencies(run, bounds)},
          {"parts", latency_parts(run)},
          {"engines", engines(run, bounds)},
          {"bandwidth", bandwidth(run, bounds)},
          {"power", power(run, bounds)},
          {"layers", layers(run, bounds)},
          {"roofs", roofs(run)},
          {"firmware", firmware(run)},
          {"settings", settings_of(run)},
          {"figures", figures_of(run, metrics)}};
}

Json moved(const std::vector<results::Moved>& all) {
  Json json = Json::array();
  for (const results::Moved& each : all) json.push_back({each.name, each.before, each.after});
  return json;
}

Json comparison_of(const Run& baseline, const Run& run) {
  const results::Comparison comparison = results::compare(baseline.results, run.results);
  Json changes = Json::object();
  for (const results::Change& change : comparison.changes)
    changes[change.path] = {change.delta, change.percent ? Json(*change.percent) : Json(), name_of(change.effect)};
  const results::Where where = results::where_moved(baseline.results, results::load_tables(baseline.folder),
                                                    run.results, results::load_tables(run.folder));
  return {{"better", comparison.count(results::Change::Effect::better)},
          {"worse", comparison.count(results::Change::Effect::worse)},
          {"figures", comparison.figures},
          {"changes", changes},
          {"parts", moved(where.parts)},
          {"stalls", moved(where.stalls)},
          {"layers", moved(where.layers)},
          {"memory", moved(where.memory)},
          {"keys", where.keys},
          {"more_keys", where.more_keys},
          {"decisions", where.decisions}};
}

}  // namespace

std::vector<std::string> labels_of(const std::vector<std::filesystem::path>& runs) {
  std::vector<std::filesystem::path> paths;
  for (const std::filesystem::path& run : runs) {
    std::filesystem::path path = std::filesystem::absolute(run).lexically_normal();
    if (!path.has_filename() || path.filename() == "results.json") path = path.parent_path();
    paths.push_back(path);
  }
  const auto label = [](std::filesystem::path path, std::size_t depth) {
    std::string text = path.filename().string();
    for (; depth > 1 && path.has_relative_path(); --depth) {
      path = path.parent_path();
      text = path.filename().string() + "/" + text;
    }
    return text;
  };
  std::vector<std::string> labels(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i)
    for (std::size_t depth = 1;; ++depth) {
      labels[i] = label(paths[i], depth);
      const bool shared = std::any_of(paths.begin(), paths.end(), [&](const std::filesystem::path& other) {
        return other != paths[i] && label(other, depth) == labels[i];
      });
      if (!shared) break;
    }
  return labels;
}

Json page_data(const std::vector<Run>& runs, const Bounds& bounds) {
  Metrics metrics;
  Json data = {{"schema", "takt-report/1"}, {"takt_version", TAKT_VERSION}};
  data["runs"] = data["comparisons"] = Json::array();
  for (const Run& run : runs) data["runs"].push_back(run_data(run, bounds, metrics));
  // Wherever it lies, a run alone has one page.
  if (runs.size() == 1) data["runs"][0]["label"] = runs[0].text("scenario.name");
  for (std::size_t i = 1; i < runs.size(); ++i) data["comparisons"].push_back(comparison_of(runs[0], runs[i]));
  data["metrics"] = metrics.json();
  return data;
}

std::string script_text(const Json& json) {
  std::string text;
  for (const char c : json.dump(-1, ' ', true, Json::error_handler_t::replace)) {
    if (c == '<')
      text += "\\u003c";
    else if (c == '>')
      text += "\\u003e";
    else if (c == '&')
      text += "\\u0026";
    else
      text += c;
  }
  return text;
}

std::string page_of(const Json& data) {
  std::string text = report_page[0].text;
  return text.replace(text.find(placeholder), std::strlen(placeholder), script_text(data));
}

std::string page(const std::vector<Run>& runs) { return page_of(page_data(runs)); }

void write_page(const std::filesystem::path& file, const std::string& text) {
  const std::string partial =
      (file.parent_path() / ("." + file.filename().string() + ".partial-" + std::to_string(getpid()))).string();
  std::error_code error;
  if (std::filesystem::is_directory(file, error))
    throw results::OutputError(file.string() + ": is a folder; expected a file, or nothing");
  std::ofstream out(partial, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  const int failure = errno;
  if (out) std::filesystem::rename(partial, file, error);
  if (out && !error) return;
  const std::string why = out ? error.message() : std::strerror(failure);
  std::filesystem::remove(partial, error);
  throw results::OutputError(file.string() + ": cannot be written: " + why);
}

}  // namespace takt::report
