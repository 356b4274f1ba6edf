#include "sim/report/sweep.h"

#include <set>

#include "models/units/read_file.h"
#include "sim/report/page.h"
#include "sim/results/metric_table.h"

namespace takt::report {
namespace {

const char* const file_name = "sweep.json";
const std::set<std::string> states = {"done", "failed", "missing"};

Json objective_data(const Json& objective) {
  const std::string path = objective.at("path").get<std::string>(), better = objective.at("better").get<std::string>();
  const results::Metric* metric = results::metric_of(path);
  return {{"path", path},
          {"better", better},
          {"unit", metric != nullptr ? metric->unit : ""},
          {"what", metric != nullptr ? metric->what : ""}};
}

// Values are texts with all their digits, in the order of the objectives; null where there is none.
Json point_data(const Json& point, const Json& objectives) {
  Json values = Json::array();
  for (const Json& objective : objectives) {
    const auto value = point.at("metrics").find(objective.at("path").get<std::string>());
    values.push_back(value != point.at("metrics").end() && value->is_number() ? Json(value->dump()) : Json());
  }
  const std::string state = point.at("state").get<std::string>();
  if (states.count(state) == 0)
    throw results::ResultsFileError("found the state '" + state + "', expected done, failed or missing");
  return {{"id", point.at("id").get<std::string>()},
          {"label", point.at("label").get<std::string>()},
          {"state", state},
          {"front", point.at("front").get<bool>()},
          {"values", values},
          {"exit_code", point.value("exit_code", 0)},
          {"error", point.value("error", "")}};
}

Json sensitivity_data(const Json& row) {
  Json data = Json::object();
  for (const char* key : {"objective", "axis", "low_at", "high_at"}) data[key] = row.at(key).get<std::string>();
  for (const char* key : {"low", "high", "swing"}) data[key] = row.at(key).get<double>();
  return data;
}

Json data_of(const Json& document, std::size_t most) {
  if (document.at("schema") != "takt-sweep/1")
    throw results::ResultsFileError("found the schema " + document.at("schema").dump() + ", expected \"takt-sweep/1\"");
  Json objectives = Json::array(), points = Json::array(), sensitivities = Json::array();
  for (const Json& objective : document.at("objectives")) objectives.push_back(objective_data(objective));
  Json counts = {{"done", 0}, {"failed", 0}, {"missing", 0}, {"left_out", 0}};
  for (const Json& point : document.at("points")) {
    Json data = point_data(point, objectives);
    auto& count = counts[data.at("state").get<std::string>()];
    count = count.get<std::size_t>() + 1;
    if (data.at("front") || most > 0)
      most -= data.at("front") ? 0 : 1;
    else {
      counts["left_out"] = counts["left_out"].get<std::size_t>() + 1;
      continue;
    }
    points.push_back(std::move(data));
  }
  for (const Json& row : document.at("sensitivities")) sensitivities.push_back(sensitivity_data(row));
  return {{"scenario", document.at("scenario").get<std::string>()},
          {"objectives", objectives},
          {"counts", counts},
          {"points", points},
          {"sensitivities", sensitivities}};
}

}  // namespace

bool is_sweep(const std::filesystem::path& folder) {
  std::error_code error;
  return std::filesystem::exists(folder / file_name, error) && !std::filesystem::exists(folder / "results.json", error);
}

Json sweep_data(const std::filesystem::path& folder, std::size_t most) {
  const std::filesystem::path file = folder / file_name;
  std::string text;
  if (const std::error_code error = units::read_file(file, text))
    throw results::ResultsFileError(file.string() + ": cannot be read: " + error.message());
  Json data = {{"schema", "takt-report/1"}, {"takt_version", TAKT_VERSION}};
  try {
    data["sweep"] = data_of(Json::parse(text), most);
  } catch (const Json::exception& error) {
    throw results::ResultsFileError(file.string() + ": is not what takt sweep writes: " + error.what());
  } catch (const results::ResultsFileError& error) {
    throw results::ResultsFileError(file.string() + ": " + error.what());
  }
  data["sweep"]["label"] = labels_of({folder}).front();
  return data;
}

std::string sweep_page(const std::filesystem::path& folder) { return page_of(sweep_data(folder)); }

}  // namespace takt::report
