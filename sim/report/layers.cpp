// What the table of layers tells: each layer against the machine's roofs, sums by operator, stalls.
#include <algorithm>
#include <map>

#include "sim/report/csv_rows.h"
#include "sim/report/parts.h"

namespace takt::report {
namespace {

double us(std::int64_t picoseconds) { return static_cast<double>(picoseconds) / 1e6; }

struct Layer {
  std::string model, name, op, bound;
  std::uint64_t index = 0, runs = 0, macs = 0, bytes = 0;
  std::int64_t wall = 0, stalls = 0;  // picoseconds
};

struct Operator {
  std::uint64_t layers = 0, macs = 0, bytes = 0;
  std::int64_t wall = 0, stalls = 0;
};

// "stall_data_us" is "data".
std::vector<std::pair<std::string, std::size_t>> stall_columns(const CsvRows& rows) {
  std::vector<std::pair<std::string, std::size_t>> found;
  for (std::size_t i = 0; i < rows.columns().size(); ++i) {
    const std::string& name = rows.columns()[i];
    if (name.compare(0, 6, "stall_") == 0 && name.size() > 9) found.emplace_back(name.substr(6, name.size() - 9), i);
  }
  return found;
}

// The longest come first; equal ones by network and place.
Json rows_of(std::vector<Layer> layers, std::size_t most) {
  std::stable_sort(layers.begin(), layers.end(), [](const Layer& a, const Layer& b) { return a.wall > b.wall; });
  Json json = Json::array();
  for (std::size_t i = 0; i < std::min(most, layers.size()); ++i) {
    const Layer& l = layers[i];
    json.push_back({l.model, l.index, l.name, l.op, l.bound, l.runs, us(l.wall), l.macs, l.bytes, us(l.stalls)});
  }
  return json;
}

Json operators_of(const std::map<std::string, Operator>& operators) {
  std::vector<std::pair<std::string, Operator>> sorted(operators.begin(), operators.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second.wall > b.second.wall; });
  Json json = Json::array();
  for (const auto& [op, o] : sorted) json.push_back({op, o.layers, us(o.wall), o.macs, o.bytes, us(o.stalls)});
  return json;
}

}  // namespace

Json layers(const Run& run, const Bounds& bounds) {
  std::optional<CsvRows> rows = CsvRows::open(run.folder / "layers.csv");
  if (!rows) return nullptr;
  const std::size_t model = rows->column("model"), index = rows->column("index"), name = rows->column("name"),
                    op = rows->column("op"), bound = rows->column("bound"), wall = rows->column("wall_us"),
                    runs = rows->column("runs"), in = rows->column("bytes_in"), out = rows->column("bytes_out"),
                    macs = rows->column("macs");
  const auto reasons = stall_columns(*rows);
  std::vector<Layer> all;
  std::map<std::string, Operator> operators;
  std::vector<std::string> models;
  std::map<std::string, std::vector<std::int64_t>> stalls;
  while (rows->next()) {
    Layer layer{rows->text(model),      rows->text(name),
                rows->text(op),         rows->text(bound),
                rows->count(index),     rows->count(runs),
                rows->count(macs),      rows->count(in) + rows->count(out),
                rows->millionths(wall), 0};
    if (std::find(models.begin(), models.end(), layer.model) == models.end()) models.push_back(layer.model);
    std::vector<std::int64_t>& of_model = stalls[layer.model];
    of_model.resize(reasons.size());
    for (std::size_t i = 0; i < reasons.size(); ++i) {
      const std::int64_t stall = rows->millionths(reasons[i].second);
      of_model[i] = added(of_model[i], stall);
      layer.stalls = added(layer.stalls, stall);
    }
    Operator& sum = operators[layer.op];
    ++sum.layers;
    sum.macs += layer.macs;
    sum.bytes += layer.bytes;
    sum.wall = added(sum.wall, layer.wall);
    sum.stalls = added(sum.stalls, layer.stalls);
    all.push_back(std::move(layer));
  }
  Json json = {{"count", all.size()}, {"rows", rows_of(std::move(all), bounds.layers)}};
  json["operators"] = operators_of(operators);
  json["reasons"] = json["stalls"] = Json::array();
  for (const auto& [reason, column] : reasons) json["reasons"].push_back(reason);
  for (const std::string& each : models) {
    Json time = Json::array();
    for (const std::int64_t stall : stalls[each]) time.push_back(us(stall));
    json["stalls"].push_back({{"model", each}, {"us", time}});
  }
  return json;
}

namespace {

// Of one kind of cores, all of them together.
void add_compute(Json& compute, const Settings& keys, const std::string& table, const std::string& whose,
                 double clock) {
  const auto key = [&](const std::string& name) { return keys.number(table + name); };
  const double cores = std::max(1.0, key("cores"));
  const auto add = [&](const std::string& name, const std::string& rows, const std::string& cycles) {
    const double per = key("tensor." + cycles);
    const double macs = key("tensor." + rows) * key("tensor.tile_k") * key("tensor.tile_columns");
    if (per > 0 && macs > 0) compute.push_back({{"name", name + whose}, {"ops", 2 * macs / per * clock * cores}});
  };
  add("w8a8", "tile_rows", "cycles_w8a8");
  add("w8a16", "tile_rows", "cycles_w8a16");
  add("fp16", "tile_rows_fp16", "cycles_fp16");
  const double taps = key("vector.tap_bytes_per_cycle");
  if (taps > 0) compute.push_back({{"name", "vector engine, depthwise" + whose}, {"ops", 2 * taps * clock * cores}});
}

}  // namespace

Json roofs(const Run& run) {
  const Settings& keys = run.settings;
  // The fastest clock that the NPU had in the window.
  double clock = 0;
  for (const std::string& level : run.names("power.npu.levels[", "].")) {
    const std::string path = "power.npu.levels[" + level + "].";
    if (run.number(path + "ms") > 0) clock = std::max(clock, run.number(path + "clock_hz"));
  }
  if (clock == 0) clock = keys.number("npu.clock_hz");
  Json compute = Json::array(), memory = Json::array();
  add_compute(compute, keys, "npu.", "", clock);
  if (keys.number("npu.small.cores") > 0) add_compute(compute, keys, "npu.small.", ", small cores", clock);
  for (const char* key : {"npu.memory", "npu.overflow_memory"}) {
    const std::string name = keys.text(key);
    const double peak = run.number("memory.memories." + name + ".peak_gbps");
    if (!name.empty() && peak > 0) memory.push_back({{"name", name}, {"gbps", peak}});
  }
  return {{"clock_hz", clock}, {"compute", compute}, {"memory", memory}};
}

Json firmware(const Run& run) {
  std::optional<CsvRows> rows = CsvRows::open(run.folder / "decisions.csv");
  if (!rows) return nullptr;
  const std::size_t at = rows->column("at_us"), decision = rows->column("decision");
  std::map<std::string, std::uint64_t> kinds;
  std::uint64_t count = 0;
  while (rows->next()) {
    const std::int64_t when = rows->millionths(at);
    if (when < run.begin() || when >= run.end()) continue;
    ++kinds[rows->text(decision)];
    ++count;
  }
  const double clock = run.settings.number("control_cpu.clock_hz"), busy = run.number("cpu.control_busy"),
               seconds = static_cast<double>(run.end() - run.begin()) / 1e12;
  return {{"decisions", count},
          {"kinds", kinds},
          {"clock_hz", clock},
          {"cycles", busy * clock * seconds},
          {"cycles_per_decision", count > 0 ? Json(busy * clock * seconds / static_cast<double>(count)) : Json()}};
}

}  // namespace takt::report
