#include "sim/cli/bless.h"

#include <optional>

#include "sim/results/output_folder.h"
#include "sim/results/results_file.h"
#include "sim/results/run_tables.h"

namespace takt::cli {
namespace {

std::string figure(const results::ResultsFile& results, const char* path) {
  const auto found = results.figures.find(path);
  return found == results.figures.end() ? "" : found->second.text;
}

// "host" is an object of plain figures among the sorted members.
std::string without_host(const std::string& json) {
  const std::size_t begin = json.find("\n  \"host\": {");
  if (begin == json.npos) return json;
  const std::size_t end = json.find("\n  }", begin);
  return json.substr(0, begin) + json.substr(end + 4 + (json[end + 4] == ',' ? 1 : 0));
}

}  // namespace

void bless(const std::filesystem::path& baseline, const std::filesystem::path& run, const std::string& reason) {
  const results::ResultsFile file = results::load_results(run);
  const std::filesystem::path from = std::filesystem::is_directory(run) ? run : run.parent_path();
  const std::string before = results::text_of(baseline / "REASONS").value_or("");
  results::OutputFolder folder(baseline);
  folder.write("results.json", without_host(*results::text_of(file.source)));
  for (const char* name : {"layers.csv", "paths.csv", "decisions.csv", "resolved.toml"})
    if (const std::optional<std::string> text = results::text_of(from / name)) folder.write(name, *text);
  folder.write("REASONS", before + "takt " + figure(file, "takt_version") + ", configuration " +
                              figure(file, "config_hash") + ": " + reason + "\n");
  folder.commit();
}

}  // namespace takt::cli
