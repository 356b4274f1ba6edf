// takt report: a page of one run, or of several side by side.
#include <fmt/format.h>

#include <memory>

#include "sim/cli/command.h"
#include "sim/report/page.h"
#include "sim/report/sweep.h"

namespace takt::cli {
namespace {

struct Options {
  std::vector<std::string> runs;
  std::string output;
};

int written(const std::filesystem::path& file, const std::string& page) {
  report::write_page(file, page);
  fmt::print("report: {}\n", file.string());
  return done;
}

int run(const Options& options) {
  const std::vector<std::filesystem::path> paths(options.runs.begin(), options.runs.end());
  for (const std::filesystem::path& path : paths) {
    if (!report::is_sweep(path)) continue;
    if (paths.size() > 1) throw results::ResultsFileError(path.string() + ": is a sweep, whose page is of it alone");
    return written(options.output.empty() ? path / "report.html" : std::filesystem::path(options.output),
                   report::sweep_page(path));
  }
  const std::vector<std::string> labels = report::labels_of(paths);
  std::vector<report::Run> runs;
  for (std::size_t i = 0; i < paths.size(); ++i) runs.push_back(report::open_run(paths[i], labels[i]));
  std::filesystem::path file = options.output;
  if (file.empty()) file = runs.size() == 1 ? runs[0].folder / "report.html" : "report.html";
  return written(file, report::page(runs));
}

}  // namespace

Registered add_report(CLI::App& takt) {
  CLI::App* app = takt.add_subcommand("report", "A page of one run, of several side by side, or of a sweep");
  const auto options = std::make_shared<Options>();
  app->add_option("run", options->runs,
                  "output folders of runs, the others compared with the first; or that of a sweep")
      ->required();
  app->add_option("-o,--output", options->output,
                  "file to write (default: report.html in the run's folder; of several runs, here)")
      ->type_name("FILE");
  return {app, [options] { return run(*options); }};
}

}  // namespace takt::cli
