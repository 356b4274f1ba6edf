#include "sim/report/run.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace takt::report {
namespace {

// Decimals of nanoseconds in a result are picoseconds. -1: no time within a day.
std::int64_t picoseconds(const std::string& nanoseconds) {
  constexpr double most = 1e17;
  const double value = std::strtod(nanoseconds.c_str(), nullptr) * 1000;
  return value >= 0 && value <= most ? std::llround(value) : -1;
}

}  // namespace

std::string Run::text(const std::string& path) const {
  const auto found = results.figures.find(path);
  return found == results.figures.end() || found->second.kind == results::Figure::Kind::null ? "" : found->second.text;
}

double Run::number(const std::string& path) const { return std::strtod(text(path).c_str(), nullptr); }

std::vector<std::string> Run::names(const std::string& before, const std::string& behind) const {
  std::vector<std::string> names;
  for (auto it = results.figures.lower_bound(before);
       it != results.figures.end() && it->first.compare(0, before.size(), before) == 0; ++it) {
    const std::size_t end = it->first.find(behind, before.size());
    if (end == std::string::npos) continue;
    std::string name = it->first.substr(before.size(), end - before.size());
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

std::int64_t Run::begin() const { return picoseconds(text("window_ns.begin")); }
std::int64_t Run::end() const { return picoseconds(text("window_ns.end")); }

Run open_run(const std::filesystem::path& path, const std::string& label) {
  std::error_code error;
  Run run;
  run.label = label;
  run.folder = std::filesystem::is_directory(path, error) ? path : path.parent_path();
  run.results = results::load_results(path);
  run.settings = Settings::load(run.folder / "resolved.toml");
  if (run.begin() >= run.end() || run.begin() < 0)
    throw results::ResultsFileError(run.results.source +
                                    ": found no measurement window, expected the results of takt run");
  return run;
}

}  // namespace takt::report
