// takt compare: what differs between two results, where, and whether it may.
#include "sim/results/compare.h"

#include <fmt/format.h>

#include <ctime>
#include <fstream>
#include <memory>

#include "sim/cli/bless.h"
#include "sim/cli/command.h"
#include "sim/cli/tolerance_file.h"
#include "sim/graph/error.h"
#include "sim/results/output_folder.h"

namespace takt::cli {
namespace {

struct Options {
  std::string baseline, candidate;
  std::string tolerances;
  bool json = false, quiet = false, markdown = false, bless = false;
  std::string junit;
  std::string reason;
};

void write_file(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush()) throw results::OutputError(file + ": cannot be written");
}

results::Comparison compared(const Options& options) {
  const results::Tolerances tolerances =
      options.tolerances.empty() ? results::Tolerances() : load_tolerances(options.tolerances);
  const results::ResultsFile baseline = results::load_results(options.baseline);
  const results::ResultsFile candidate = results::load_results(options.candidate);
  results::Comparison comparison = results::compare(baseline, candidate, tolerances);
  if (!comparison.identical())
    comparison.where = results::where_moved(baseline, results::load_tables(options.baseline), candidate,
                                            results::load_tables(options.candidate));
  return comparison;
}

int run(const Options& options) {
  if (options.bless && options.reason.find_first_not_of(" \t") == std::string::npos)
    throw graph::GraphError("--bless: found no reason, expected --reason \"why the figures may change\"");
  if (options.reason.find_first_of("\r\n") != std::string::npos)
    throw graph::GraphError("--reason: found several lines, expected one");
  std::error_code error;
  if (options.bless && !std::filesystem::exists(options.baseline, error)) {
    bless(options.baseline, options.candidate, options.reason);
    if (!options.quiet) fmt::print("made the baseline {}\n", options.baseline);
    return done;
  }
  if (options.bless && !std::filesystem::is_directory(options.baseline, error))
    throw graph::GraphError("--bless: found the file " + options.baseline + ", expected a baseline's folder");
  const results::Comparison comparison = compared(options);
  if (!options.junit.empty()) write_file(options.junit, comparison_junit(comparison, std::time(nullptr)));
  if (!options.quiet)
    fmt::print("{}", options.json       ? comparison_json(comparison)
                     : options.markdown ? comparison_markdown(comparison)
                                        : comparison_text(comparison));
  if (!options.bless) return comparison.exit_code();
  if (comparison.identical()) return done;
  bless(options.baseline, options.candidate, options.reason);
  if (!options.quiet && !options.json) fmt::print("renewed the baseline {}\n", options.baseline);
  return done;
}

}  // namespace

Registered add_compare(CLI::App& takt) {
  CLI::App* app =
      takt.add_subcommand("compare", "What differs between two results, and where; exit 1 where it may not");
  const auto options = std::make_shared<Options>();
  app->add_option("baseline", options->baseline, "results.json, or the folder that holds it")->required();
  app->add_option("new", options->candidate, "results.json, or the folder that holds it")->required();
  app->add_option("--tolerances", options->tolerances, "TOML file of what may differ how far; without it nothing may")
      ->type_name("FILE");
  CLI::Option* json = app->add_flag("--json", options->json, "print JSON instead of the table");
  app->add_flag("--markdown", options->markdown, "print Markdown, for a comment on a change")->excludes(json);
  app->add_option("--junit", options->junit, "also write JUnit XML: a test case for each figure")->type_name("FILE");
  CLI::Option* bless = app->add_flag("--bless", options->bless, "put the new results in the baseline's place");
  app->add_option("--reason", options->reason, "why; it stands in the baseline's REASONS")->needs(bless);
  app->add_flag("--quiet", options->quiet, "print nothing; the exit code tells");
  return {app, [options] { return run(*options); }};
}

}  // namespace takt::cli
