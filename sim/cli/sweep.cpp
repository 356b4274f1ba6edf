// takt sweep: many configurations of one scenario, in child processes or in a job array of Slurm.
#include "sim/report/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <thread>

#include "sim/cli/command.h"
#include "sim/cli/progress.h"
#include "sim/config/load.h"
#include "sim/graph/error.h"
#include "sim/report/page.h"
#include "sim/sweep/collect.h"
#include "sim/sweep/plan.h"
#include "sim/sweep/pool.h"
#include "sim/sweep/slurm.h"

namespace takt::cli {
namespace {

struct Options {
  std::string file;
  std::string output;
  unsigned jobs = 0;  // the default of where it runs
  std::string shard = "1/1";
  bool retry_failed = false;
  bool dry_run = false;
  bool slurm = false;
  unsigned chunk = 0;
  std::vector<std::string> sbatch;
  bool csv = false;
  bool json = false;
};

std::pair<unsigned, unsigned> shard_of(const std::string& text) {
  unsigned shard = 0, shards = 0;
  int length = 0;
  if (text.size() > 12 || text.find_first_not_of("0123456789/") != text.npos ||
      std::sscanf(text.c_str(), "%u/%u%n", &shard, &shards, &length) != 2 || length != static_cast<int>(text.size()) ||
      shard < 1 || shard > shards)
    throw graph::GraphError("--shard: found '" + text + "', expected i/N with 1 <= i <= N");
  return {shard - 1, shards};
}

std::string program() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

struct Ran {
  bool stopped = false;  // before the end
  bool ended = false;    // somebody ended runs; the points are missing
};

Ran run_here(const sweep::Sweep& sweep, const std::filesystem::path& folder, const Options& options) {
  sweep::PoolOptions pool;
  pool.program = program();
  pool.folder = folder;
  pool.jobs = options.jobs != 0 ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
  pool.retry_failed = options.retry_failed;
  const sweep::Outcome outcome = sweep::run_points(sweep.scenario, sweep.points, pool);
  fmt::print(stderr, "takt: points: {} ran, {} failed, {} were there\n", outcome.ran, outcome.failed, outcome.skipped);
  if (outcome.elsewhere != 0)
    fmt::print(stderr, "takt: points of this folder at which another command is: {}\n", outcome.elsewhere);
  if (outcome.ended != 0)
    fmt::print(stderr, "takt: points ended from outside: {}; the same command runs them again\n", outcome.ended);
  if (outcome.stopped) fmt::print(stderr, "takt: stopped; the same command goes on from here\n");
  return {outcome.stopped, outcome.ended != 0};
}

Ran run_on_slurm(const sweep::Sweep& sweep, const std::filesystem::path& folder, const Options& options) {
  sweep::SlurmOptions slurm;
  slurm.program = program();
  slurm.file = std::filesystem::absolute(options.file);
  slurm.folder = std::filesystem::absolute(folder);
  slurm.chunk = options.chunk;
  slurm.jobs = std::max(1u, options.jobs);
  slurm.sbatch = options.sbatch;
  slurm.retry_failed = options.retry_failed;
  const sweep::Array array = sweep::submit(sweep, slurm);
  if (array.job.empty()) {
    fmt::print(stderr, "takt: every point was there\n");
    return {};
  }
  if (array.tasks != 0)
    fmt::print(stderr, "takt: job array {}, tasks: {}\n", array.job, array.tasks);
  else
    fmt::print(stderr, "takt: job array {} of this folder is in the queue; waiting for it\n", array.job);
  ProgressLine line(true);
  const auto progress = [&](const sweep::Queue& queue) {
    if (line.due()) line.print(fmt::format("tasks: {} wait, {} run", queue.waiting, queue.running));
  };
  const bool ended = sweep::wait_for_array(slurm, progress);
  line.clear();
  if (!ended)
    fmt::print(stderr, "takt: left; job array {0} goes on, the same command waits for it, scancel {0} ends it\n",
               array.job);
  const std::size_t missing = ended ? sweep::missing(sweep, slurm.folder) : 0;
  if (missing != 0)
    fmt::print(stderr,
               "takt: points without a result: {}; their tasks ended early (logs: {}); the same command runs them\n",
               missing, (folder / "slurm" / (array.job + "_*.log")).string());
  return {!ended, missing != 0};
}

int run(const Options& options) {
  const auto [shard, shards] = shard_of(options.shard);
  sweep::Sweep sweep = sweep::load_sweep(options.file);
  if (sweep.excluded != 0) fmt::print(stderr, "takt: points excluded: {}\n", sweep.excluded);
  if (shards != 1) sweep.points = sweep::shard_of(sweep.points, shard, shards);
  if (options.dry_run) {
    for (const sweep::Point& point : sweep.points) fmt::print("{}  {}\n", point.id, point.label);
    return done;
  }
  const std::filesystem::path folder =
      options.output.empty() ? "out/" + std::filesystem::path(options.file).stem().string() : options.output;
  const Ran ran = options.slurm ? run_on_slurm(sweep, folder, options) : run_here(sweep, folder, options);
  if (ran.stopped) return simulation_failed;
  const std::vector<sweep::Result> results = sweep::collect(sweep, folder);
  if (shards == 1) {
    sweep::write_database(results, folder / "sweep.db");
    report::write_page(folder / "sweep.json", sweep::json(sweep, results));
    report::write_page(folder / "report.html", report::sweep_page(folder));
  }
  fmt::print("{}", options.json  ? sweep::json(sweep, results)
                   : options.csv ? sweep::csv(sweep, results)
                                 : sweep::table(sweep, results));
  const bool failed = std::any_of(results.begin(), results.end(),
                                  [](const sweep::Result& result) { return result.state == sweep::State::failed; });
  return failed || ran.ended ? simulation_failed : done;
}

}  // namespace

Registered add_sweep(CLI::App& takt) {
  CLI::App* app = takt.add_subcommand("sweep", "Run many configurations of a scenario and compare them");
  const auto options = std::make_shared<Options>();
  app->add_option("sweep", options->file, "a TOML file: scenario, design, axes, metrics")->required();
  app->add_option("-o,--output", options->output, "output folder (default: out/<sweep>)");
  app->add_option("--jobs", options->jobs,
                  "runs at a time (default: as many as there are cores; in a task of --slurm 1)")
      ->check(CLI::Range(1, 1024));
  CLI::Option* shard = app->add_option("--shard", options->shard,
                                       "i/N: the i-th of N parts of the points; all parts share the output folder");
  shard->capture_default_str();
  CLI::Option* slurm =
      app->add_flag("--slurm", options->slurm, "run the points as a job array of Slurm")->excludes(shard);
  app->add_option("--chunk", options->chunk, "points of a task (default: as many as make at most 256 tasks)")
      ->check(CLI::Range(1, 100000))
      ->needs(slurm);
  app->add_option("--sbatch", options->sbatch, "another option of sbatch, as NAME=VALUE; may be given several times")
      ->take_all()
      ->expected(1)
      ->needs(slurm);
  app->add_flag("--retry-failed", options->retry_failed, "run points again that failed");
  app->add_flag("--dry-run", options->dry_run, "print the points, run nothing");
  CLI::Option* csv = app->add_flag("--csv", options->csv, "print a line of CSV for each point instead of the table");
  app->add_flag("--json", options->json, "print JSON instead of the table")->excludes(csv);
  return {app, [options] { return run(*options); }};
}

}  // namespace takt::cli
