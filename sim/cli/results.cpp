// takt results: what results.json looks like.
#include <fmt/format.h>

#include <memory>

#include "sim/cli/command.h"
#include "sim/results/metric_table.h"
#include "sim/results/schema.h"

namespace takt::cli {

Registered add_results(CLI::App& takt) {
  struct Options {
    bool schema = false;
  };
  CLI::App* app =
      takt.add_subcommand("results", "What takt run writes as results.json: its JSON Schema, or every figure");
  const auto options = std::make_shared<Options>();
  app->add_flag("--schema", options->schema, "print the JSON Schema (draft 7)");
  return {app, [options] {
            if (options->schema) {
              fmt::print("{}", results::results_schema());
              return done;
            }
            bool first = true;
            for (const results::Metric& metric : results::metric_table()) {
              fmt::print("{}{}", first ? "" : "\n", results::describe(metric));
              first = false;
            }
            return done;
          }};
}

}  // namespace takt::cli
