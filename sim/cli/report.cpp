// takt report: a page of one run, or of several side by side.
#include <fmt/format.h>

#include <memory>

#include "sim/cli/command.h"
#include "sim/report/page.h"

namespace takt::cli {
namespace {

struct Options {
  std::vector<std::string> runs;
  std::string output;
};

int run(const Options& options) {
  const std::vector<std::filesystem::path> paths(options.runs.begin(), options.runs.end());
  const std::vector<std::string> labels = report::labels_of(paths);
  std::vector<report::Run> runs;
  for (std::size_t i = 0; i < paths.size(); ++i) runs.push_back(report::open_run(paths[i], labels[i]));
  std::filesystem::path file = options.output;
  if (file.empty()) file = runs.size() == 1 ? runs[0].folder / "report.html" : "report.html";
  report::write_page(file, report::page(runs));
  fmt::print("report: {}\n", file.string());
  return done;
}

}  // namespace

Registered add_report(CLI::App& takt) {
  CLI::App* app = takt.add_subcommand("report", "A page of one run, or of several side by side");
  const auto options = std::make_shared<Options>();
  app->add_option("run", options->runs, "output folders of runs; the others are compared with the first")->required();
  app->add_option("-o,--output", options->output,
                  "file to write (default: report.html in the run's folder; of several runs, here)")
      ->type_name("FILE");
  return {app, [options] { return run(*options); }};
}

}  // namespace takt::cli
