// takt compare: the exact difference of two results.
#include "sim/results/compare.h"

#include <fmt/format.h>

#include <memory>

#include "sim/cli/command.h"

namespace takt::cli {

Registered add_compare(CLI::App& takt) {
  struct Options {
    std::string baseline, candidate;
    bool json = false, quiet = false;
  };
  CLI::App* app = takt.add_subcommand("compare", "Compare two results exactly; exit 1 where they differ");
  const auto options = std::make_shared<Options>();
  app->add_option("baseline", options->baseline, "results.json, or the folder that holds it")->required();
  app->add_option("new", options->candidate, "results.json, or the folder that holds it")->required();
  app->add_flag("--json", options->json, "print JSON instead of the table");
  app->add_flag("--quiet", options->quiet, "print nothing; the exit code tells");
  return {
      app, [options] {
        const results::ResultsFile baseline = results::load_results(options->baseline);
        const results::Comparison comparison = results::compare(baseline, results::load_results(options->candidate));
        if (!options->quiet)
          fmt::print("{}", options->json ? results::comparison_json(comparison) : results::comparison_text(comparison));
        return comparison.exit_code();
      }};
}

}  // namespace takt::cli
