// takt sweep: many configurations of one scenario, in child processes.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <thread>

#include "sim/cli/command.h"
#include "sim/config/load.h"
#include "sim/graph/error.h"
#include "sim/sweep/collect.h"
#include "sim/sweep/plan.h"
#include "sim/sweep/pool.h"

namespace takt::cli {
namespace {

struct Options {
  std::string file;
  std::string output;
  unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
  std::string shard = "1/1";
  bool retry_failed = false;
  bool dry_run = false;
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

int run(const Options& options) {
  const auto [shard, shards] = shard_of(options.shard);
  const sweep::Sweep sweep = sweep::load_sweep(options.file);
  const std::vector<sweep::Point> mine = sweep::shard_of(sweep.points, shard, shards);
  if (options.dry_run) {
    for (const sweep::Point& point : mine) fmt::print("{}  {}\n", point.id, point.label);
    return done;
  }
  const std::filesystem::path folder =
      options.output.empty() ? "out/" + std::filesystem::path(options.file).stem().string() : options.output;
  sweep::PoolOptions pool;
  pool.program = std::filesystem::read_symlink("/proc/self/exe").string();
  pool.folder = folder;
  pool.jobs = options.jobs;
  pool.retry_failed = options.retry_failed;
  const sweep::Outcome outcome = sweep::run_points(sweep.scenario, mine, pool);
  fmt::print(stderr, "takt: {} points ran, {} of them failed; {} were there\n", outcome.ran, outcome.failed,
             outcome.skipped);
  if (outcome.elsewhere != 0)
    fmt::print(stderr, "takt: another command is at {} points of this folder\n", outcome.elsewhere);
  if (outcome.stopped) {
    fmt::print(stderr, "takt: stopped; the same command goes on from here\n");
    return simulation_failed;
  }
  const std::vector<sweep::Result> results = sweep::collect(sweep, folder);
  if (shards == 1) sweep::write_database(results, folder / "sweep.db");
  fmt::print("{}", options.json  ? sweep::json(sweep, results)
                   : options.csv ? sweep::csv(sweep, results)
                                 : sweep::table(sweep, results));
  const bool failed = std::any_of(results.begin(), results.end(),
                                  [](const sweep::Result& result) { return result.state == sweep::State::failed; });
  return failed ? simulation_failed : done;
}

}  // namespace

Registered add_sweep(CLI::App& takt) {
  CLI::App* app = takt.add_subcommand("sweep", "Run many configurations of a scenario and compare them");
  const auto options = std::make_shared<Options>();
  app->add_option("sweep", options->file, "a TOML file: scenario, design, axes, metrics")->required();
  app->add_option("-o,--output", options->output, "output folder (default: out/<sweep>)");
  app->add_option("--jobs", options->jobs, "runs at a time (default: as many as there are cores)")
      ->check(CLI::Range(1, 1024));
  app->add_option("--shard", options->shard,
                  "i/N: the i-th of N parts of the points; all parts share the output folder")
      ->capture_default_str();
  app->add_flag("--retry-failed", options->retry_failed, "run points again that failed");
  app->add_flag("--dry-run", options->dry_run, "print the points, run nothing");
  CLI::Option* csv = app->add_flag("--csv", options->csv, "print a line of CSV for each point instead of the table");
  app->add_flag("--json", options->json, "print JSON instead of the table")->excludes(csv);
  return {app, [options] { return run(*options); }};
}

}  // namespace takt::cli
