#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/results/text_table.h"
#include "sim/sweep/collect.h"
#include "sim/sweep/form.h"

namespace takt::sweep {
namespace {

using results::Align;
using results::TextTable;

std::string figure(const Result& result, const std::string& path, const char* otherwise) {
  const auto found = result.metrics.find(path);
  return found == result.metrics.end() ? otherwise : found->second;
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

std::string table(const Sweep& sweep, const std::vector<Result>& results) {
  std::vector<Align> columns(3 + sweep.objectives.size(), Align::right);
  columns[0] = columns[1] = columns[2] = Align::left;
  TextTable points(columns);
  std::vector<std::string> header = {"", "id", "point"};
  for (const Objective& objective : sweep.objectives)
    header.push_back(fmt::format("{} ({})", objective.path, results::name_of(objective.better)));
  points.row(header);
  std::string failed;
  for (const Result& result : results) {
    std::vector<std::string> cells = {result.front ? "*" : "", result.point.id, result.point.label};
    for (const Objective& objective : sweep.objectives)
      cells.push_back(result.state == State::done ? figure(result, objective.path, "-") : name_of(result.state));
    points.row(std::move(cells));
    if (result.state == State::failed)
      failed += fmt::format("failed: {} ({}): exit code {}: {}\n", result.point.id, result.point.label,
                            result.exit_code, result.error);
  }
  std::string text = points.text() + "* on the Pareto front\n" + failed;
  TextTable moves({Align::left, Align::left, Align::right, Align::left, Align::right, Align::left, Align::right});
  moves.row({"objective", "moved by", "least", "at", "greatest", "at", "swing %"});
  const std::vector<Sensitivity> rows = sensitivities(sweep, results);
  for (const Sensitivity& row : rows)
    moves.row({row.objective, row.axis, fmt::format("{:.3f}", row.low), row.low_at, fmt::format("{:.3f}", row.high),
               row.high_at, fmt::format("{:.2f}", 100 * row.swing)});
  return rows.empty() ? text : text + "\n" + moves.text();
}

std::string csv(const Sweep& sweep, const std::vector<Result>& results) {
  std::string text = "id,label,state,front";
  for (const Objective& objective : sweep.objectives) text += "," + quoted(objective.path);
  text += "\n";
  for (const Result& result : results) {
    text += fmt::format("{},{},{},{}", result.point.id, quoted(result.point.label), name_of(result.state),
                        result.front ? 1 : 0);
    for (const Objective& objective : sweep.objectives) text += "," + figure(result, objective.path, "");
    text += "\n";
  }
  return text;
}

std::string json(const Sweep& sweep, const std::vector<Result>& results) {
  using Json = nlohmann::ordered_json;
  Json document = {{"schema", "takt-sweep/1"},
                   {"scenario", sweep.scenario},
                   {"objectives", Json::array()},
                   {"points", Json::array()}};
  for (const Objective& objective : sweep.objectives)
    document["objectives"].push_back(
        {{"path", objective.path}, {"better", objective.better == results::Better::higher ? "higher" : "lower"}});
  for (const Result& result : results) {
    Json point = {{"id", result.point.id}, {"label", result.point.label}, {"state", name_of(result.state)},
                  {"front", result.front}, {"params", Json::object()},    {"metrics", Json::object()}};
    for (const auto& [key, value] : result.point.params) point["params"][key] = value;
    for (const Objective& objective : sweep.objectives)
      if (const std::string value = figure(result, objective.path, ""); !value.empty())
        point["metrics"][objective.path] = Json::parse(value);
    if (result.state == State::failed) {
      point["exit_code"] = result.exit_code;
      point["error"] = result.error;
    }
    document["points"].push_back(std::move(point));
  }
  document["sensitivities"] = Json::array();
  for (const Sensitivity& row : sensitivities(sweep, results))
    document["sensitivities"].push_back({{"objective", row.objective},
                                         {"axis", row.axis},
                                         {"low", row.low},
                                         {"low_at", row.low_at},
                                         {"high", row.high},
                                         {"high_at", row.high_at},
                                         {"swing", row.swing}});
  return document.dump(2) + "\n";
}

}  // namespace takt::sweep
