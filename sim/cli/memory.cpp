// takt memory: latency against offered load of one memory.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/host_record.h"
#include "sim/cli/progress.h"
#include "sim/config/load.h"
#include "sim/replay/curve_document.h"
#include "sim/replay/curve_svg.h"
#include "sim/replay/curve_text.h"
#include "sim/results/output_folder.h"

namespace takt::cli {
namespace {

struct Options {
  std::string memory;
  unsigned points = 11;
  std::vector<unsigned> reads{100, 70, 50};
  std::vector<std::string> patterns;
  std::uint64_t seed = 1;
  std::string fidelity = "fast";
  std::vector<std::string> set;
  std::string output;
  bool json = false;
  bool quiet = false;
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

replay::CurvesRecord record_of(const Options& options, const config::Memory& memory) {
  replay::CurvesRecord record;
  record.memory = memory.config;
  record.fidelity = options.fidelity;
  record.options.fidelity = options.fidelity == "fast" ? dram::Fidelity::fast : dram::Fidelity::detailed;
  record.options.points = options.points;
  record.options.seed = options.seed;
  record.options.read_percents = options.reads;
  std::vector<std::string> names, reads;
  for (const replay::Pattern& pattern : replay::patterns) {
    const std::string name(pattern.name);
    const bool wanted = options.patterns.empty() ||
                        std::find(options.patterns.begin(), options.patterns.end(), name) != options.patterns.end();
    if (!wanted) continue;
    record.options.patterns.push_back(&pattern);
    names.push_back(name);
  }
  for (const unsigned percent : options.reads) reads.push_back(std::to_string(percent));
  record.provenance = replay::provenance_of(options.memory, memory,
                                            {{"points", std::to_string(options.points)},
                                             {"reads", joined(reads)},
                                             {"pattern", joined(names)},
                                             {"seed", std::to_string(options.seed)},
                                             {"fidelity", options.fidelity}});
  return record;
}

int run(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  const config::Memory memory = config::resolve_memory(options.memory, options.set);
  const std::string output = options.output.empty() ? "out/memory-" + memory.config.name : options.output;
  results::OutputFolder folder(output);
  replay::CurvesRecord record = record_of(options, memory);
  {
    ProgressLine progress(!options.quiet);
    record.curves = replay::load_curves(record.memory, record.options, [&](std::size_t ready, std::size_t all) {
      if (progress.due()) progress.print(fmt::format("{} of {} curves", ready, all));
    });
  }
  const std::string document = replay::curves_document(record, host_record(begin)).json();
  folder.write("results.json", document);
  folder.write("resolved.toml", record.provenance.resolved_toml);
  folder.write("memory.csv", replay::curves_csv(record));
  folder.write("memory.svg", replay::curves_svg(record));
  folder.commit();
  if (options.json)
    fmt::print("{}", document);
  else if (!options.quiet)
    fmt::print("{}\nresults: {}\n", replay::curves_text(record), output);
  return done;
}

}  // namespace

Registered add_memory(CLI::App& takt) {
  CLI::App* app = takt.add_subcommand("memory", "Latency of one memory against load: table, CSV and SVG");
  const auto options = std::make_shared<Options>();
  app->add_option("memory", options->memory, "memory preset: a name from 'takt list memories', or a file")->required();
  app->add_option("--points", options->points, "offered loads, up to 100 % of peak")
      ->check(CLI::Range(2, 100))
      ->capture_default_str();
  app->add_option("--reads", options->reads, "shares of reads in percent (default: 100,70,50)")
      ->delimiter(',')
      ->check(CLI::Range(0, 100));
  app->add_option("--pattern", options->patterns, replay::pattern_names() + "; all where not given")
      ->delimiter(',')
      ->check(CLI::Validator(
          [](const std::string& name) {
            return replay::find_pattern(name) != nullptr
                       ? ""
                       : "found pattern '" + name + "', expected " + replay::pattern_names();
          },
          "PATTERN"));
  app->add_option("--seed", options->seed, "seed of addresses, directions and arrivals")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1} << 50))
      ->capture_default_str();
  app->add_option("--fidelity", options->fidelity, "fast or detailed, with the same result")
      ->check(CLI::IsMember({"fast", "detailed"}))
      ->capture_default_str();
  app->add_option("--set", options->set, "override a key of the memory: --set key=value")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app->add_option("-o,--output", options->output, "output folder (default: out/memory-<memory>)");
  app->add_flag("--json", options->json, "print results.json instead of the table");
  app->add_flag("--quiet", options->quiet, "print nothing but errors");
  return {app, [options] { return run(*options); }};
}

}  // namespace takt::cli
