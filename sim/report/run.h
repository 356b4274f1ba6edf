// A run's folder, opened for a report.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/report/settings.h"
#include "sim/results/results_file.h"

namespace takt::report {

using Json = nlohmann::ordered_json;  // keys in the order of the code: equal runs give equal bytes

struct Run {
  std::string label;  // what the page calls it
  std::filesystem::path folder;
  results::ResultsFile results;
  Settings settings;

  // A figure's text; empty where it is not there, or null.
  std::string text(const std::string& path) const;
  // 0 where it is not there, or no number.
  double number(const std::string& path) const;
  // Names of a kind in a figure's path, in the file's order of paths: names("streams[", "].") are the streams.
  std::vector<std::string> names(const std::string& before, const std::string& behind) const;
  // The measurement window in picoseconds since reset.
  std::int64_t begin() const;
  std::int64_t end() const;
};

// `path`: a run's folder, or the results.json in it. Throws ResultsFileError.
Run open_run(const std::filesystem::path& path, const std::string& label);

}  // namespace takt::report
