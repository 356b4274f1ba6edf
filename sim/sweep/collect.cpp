#include "sim/sweep/collect.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/results/results_file.h"

namespace takt::sweep {
namespace {

namespace fs = std::filesystem;

Result read(const Point& point, const fs::path& points) {
  Result result;
  result.point = point;
  const fs::path reason = points / (point.id + ".failed.json");
  if (fs::exists(points / point.id)) {
    result.state = State::done;
    for (const auto& [path, figure] : results::load_results(points / point.id).figures)
      if (figure.kind == results::Figure::Kind::number && path.rfind("host.", 0) != 0)
        result.metrics.emplace(path, figure.text);
  } else if (fs::exists(reason)) {
    result.state = State::failed;
    try {
      const nlohmann::json said = nlohmann::json::parse(std::ifstream(reason));
      result.exit_code = said.at("exit_code");
      result.error = said.at("error");
    } catch (const nlohmann::json::exception&) {
      throw results::ResultsFileError(reason.string() +
                                      ": found no record of a failed point, expected exit_code and error");
    }
  }
  return result;
}

double number(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

bool dominates(const std::vector<double>& a, const std::vector<double>& b) {
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    better = better || a[i] < b[i];
  }
  return better;
}

// Where the point stands on an axis; empty where it says nothing of it.
std::string value_at(const Point& point, const std::vector<std::string>& axis) {
  std::vector<std::string> values;
  for (const std::string& wanted : axis)
    for (const auto& [key, value] : point.params)
      if (key == wanted) values.push_back(value);
  return values.size() == axis.size() ? fmt::format("{}", fmt::join(values, ", ")) : std::string();
}

// Points that name every key; of corners, those whose one difference is a figure.
bool counts(const Sweep& sweep, const Point& point) {
  std::size_t keys = 0;
  for (const std::vector<std::string>& axis : sweep.axes) keys += axis.size();
  return point.params.size() == (sweep.corners ? 1 : keys);
}

}  // namespace

std::vector<bool> pareto_front(const std::vector<std::vector<double>>& rows) {
  std::vector<bool> front(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    front[i] = std::none_of(rows.begin(), rows.end(), [&](const auto& other) { return dominates(other, rows[i]); });
  return front;
}

std::vector<Result> collect(const Sweep& sweep, const fs::path& folder) {
  std::vector<Result> results;
  std::vector<std::vector<double>> rows;
  std::vector<std::size_t> at;
  for (const Point& point : sweep.points) {
    results.push_back(read(point, folder / "points"));
    std::vector<double> row;
    for (const Objective& objective : sweep.objectives) {
      const auto found = results.back().metrics.find(objective.path);
      if (found == results.back().metrics.end()) break;
      row.push_back(objective.better == results::Better::higher ? -number(found->second) : number(found->second));
    }
    if (row.size() != sweep.objectives.size()) continue;
    rows.push_back(std::move(row));
    at.push_back(results.size() - 1);
  }
  const std::vector<bool> front = pareto_front(rows);
  for (std::size_t i = 0; i < at.size(); ++i) results[at[i]].front = front[i];
  return results;
}

std::vector<Sensitivity> sensitivities(const Sweep& sweep, const std::vector<Result>& results) {
  std::vector<Sensitivity> rows;
  for (const Objective& objective : sweep.objectives) {
    const std::size_t first = rows.size();
    for (const std::vector<std::string>& axis : sweep.axes) {
      std::map<std::string, std::pair<double, unsigned>> means;  // by value: sum and count
      for (const Result& result : results) {
        const auto metric = result.metrics.find(objective.path);
        if (metric == result.metrics.end() || !counts(sweep, result.point)) continue;
        const std::string value = value_at(result.point, axis);
        if (value.empty()) continue;
        means[value].first += number(metric->second);
        ++means[value].second;
      }
      if (means.size() < 2) continue;
      Sensitivity row{fmt::format("{}", fmt::join(axis, ", ")), objective.path, {}, {}, 0, 0, 0};
      for (const auto& [value, sum] : means) {
        const double mean = sum.first / sum.second;
        if (row.low_at.empty() || mean < row.low) row.low = mean, row.low_at = value;
        if (row.high_at.empty() || mean > row.high) row.high = mean, row.high_at = value;
      }
      row.swing = row.low == 0 ? 0 : (row.high - row.low) / row.low;
      rows.push_back(std::move(row));
    }
    std::stable_sort(rows.begin() + static_cast<std::ptrdiff_t>(first), rows.end(),
                     [](const Sensitivity& a, const Sensitivity& b) { return a.swing > b.swing; });
  }
  return rows;
}

}  // namespace takt::sweep
