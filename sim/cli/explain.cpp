// takt explain: where a request's latency went, or what a figure means.
#include "sim/results/explain.h"

#include <fmt/format.h>

#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/nearest.h"
#include "sim/graph/error.h"
#include "sim/results/metric_table.h"

namespace takt::cli {
namespace {

struct Options {
  std::string what;
  std::optional<std::string> stream;
  std::optional<std::uint64_t> job;
};

// The last keys of all paths, for a hint.
std::vector<std::string> last_keys() {
  std::vector<std::string> keys;
  for (const results::Metric& metric : results::metric_table()) {
    const std::string path = results::plain_path(metric);
    keys.push_back(path.substr(path.rfind('.') + 1));
  }
  return keys;
}

int explain_metric(const Options& options) {
  const std::vector<const results::Metric*> found = results::metrics_called(options.what);
  if (found.empty())
    throw graph::GraphError("found '" + options.what +
                            "', expected a run's folder, its results.json, or a figure of results.json" +
                            hint(options.what, last_keys()));
  if (options.stream || options.job)
    throw graph::GraphError("found --job or --stream with a figure, expected them with a run's folder");
  for (std::size_t i = 0; i < found.size(); ++i) fmt::print("{}{}", i == 0 ? "" : "\n", results::describe(*found[i]));
  return done;
}

std::string only_stream(const results::RunTables& run) {
  std::vector<std::string> names;
  if (run.paths)
    for (const auto& row : run.paths->rows)
      if (names.empty() || names.back() != row[run.paths->column("stream")])
        names.push_back(row[run.paths->column("stream")]);
  if (names.size() > 1)
    throw graph::GraphError("--job: found " + std::to_string(names.size()) + " streams, expected --stream " +
                            list_of(names));
  return names.empty() ? "" : names.front();
}

int run(const Options& options) {
  std::error_code error;
  if (!std::filesystem::exists(options.what, error)) return explain_metric(options);
  const results::RunTables tables = results::load_tables(options.what);
  if (!options.job)
    fmt::print("{}", results::explain_run(tables, options.stream));
  else
    fmt::print("{}",
               results::explain_request(tables, options.stream ? *options.stream : only_stream(tables), *options.job));
  return done;
}

}  // namespace

Registered add_explain(CLI::App& takt) {
  CLI::App* app = takt.add_subcommand("explain", "Where the latency of a run's requests went, or what a figure means");
  const auto options = std::make_shared<Options>();
  app->add_option("what", options->what, "a run's folder, or a figure of results.json: its path, or how that ends")
      ->required();
  app->add_option("--job", options->job, "of a run: this request of a stream, from 0");
  app->add_option("--stream", options->stream, "of a run: this stream");
  return {app, [options] { return run(*options); }};
}

}  // namespace takt::cli
