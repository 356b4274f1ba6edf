#include "sim/results/where.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <tuple>

namespace takt::results {
namespace {

// Sums of a table's figures by a name, and how many rows each has.
struct Sum {
  double total = 0;
  double rows = 0;
};
using Means = std::map<std::string, Sum>;

constexpr double in_units = 1e-6;

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() > end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// What both have, or one alone, by how far it moved.
std::vector<Moved> moved(const Means& before, const Means& after, std::size_t most) {
  const auto mean = [](const Means& means, const std::string& name) {
    const auto found = means.find(name);
    return found == means.end() || found->second.rows == 0 ? 0.0 : found->second.total / found->second.rows;
  };
  std::vector<Moved> all;
  for (const auto& [name, sum] : before) all.push_back({name, mean(before, name), mean(after, name)});
  for (const auto& [name, sum] : after)
    if (before.count(name) == 0) all.push_back({name, 0, mean(after, name)});
  // Nothing that the last shown place does not show.
  all.erase(std::remove_if(all.begin(), all.end(), [](const Moved& m) { return std::abs(m.delta()) < 0.0005; }),
            all.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const Moved& a, const Moved& b) { return std::abs(a.delta()) > std::abs(b.delta()); });
  if (all.size() > most) all.resize(most);
  return all;
}

Means parts_of(const Table& paths) {
  Means means;
  const std::size_t stream = paths.column("stream"), blockers = paths.column("blockers");
  for (const std::vector<std::string>& row : paths.rows)
    for (std::size_t c = paths.column("latency_us") + 1; c < row.size(); ++c) {
      if (c == blockers) continue;
      const std::string& column = paths.columns[c];
      Sum& sum = means[row[stream] + " " + column.substr(0, column.rfind("_us"))];
      sum.total += in_units * static_cast<double>(millionths(row[c], paths));
      sum.rows += 1;
    }
  return means;
}

// A network is executed as often as the layer that was executed most.
std::map<std::string, double> executions_of(const Table& layers) {
  std::map<std::string, double> most;
  for (const std::vector<std::string>& row : layers.rows) {
    double& runs = most[row[layers.column("model")]];
    runs = std::max(runs, in_units * static_cast<double>(millionths(row[layers.column("runs")], layers)));
  }
  return most;
}

Means stalls_of(const Table& layers) {
  Means means;
  std::map<std::string, double> executions = executions_of(layers);
  for (const std::vector<std::string>& row : layers.rows)
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string& column = layers.columns[c];
      if (column.compare(0, 6, "stall_") != 0 || !ends_with(column, "_us")) continue;
      const std::string& model = row[layers.column("model")];
      Sum& sum = means[model + " " + column.substr(6, column.size() - 9)];
      sum.total += in_units * static_cast<double>(millionths(row[c], layers));
      sum.rows = executions[model];
    }
  return means;
}

// Sums of columns, each layer's an execution.
Means layers_of(const Table& layers, const std::vector<const char*>& columns) {
  Means means;
  for (const std::vector<std::string>& row : layers.rows) {
    Sum& sum =
        means[row[layers.column("model")] + " #" + row[layers.column("index")] + " " + row[layers.column("name")]];
    for (const char* column : columns)
      sum.total += in_units * static_cast<double>(millionths(row[layers.column(column)], layers));
    sum.rows = in_units * static_cast<double>(millionths(row[layers.column("runs")], layers));
  }
  return means;
}

Means memory_of(const ResultsFile& file) {
  Means means;
  for (const auto& [head, end, name] : {std::tuple{"memory.initiators.", ".latency_ns", "port "},
                                        std::tuple{"memory.memories.", ".latency_ns.mean", "memory "}})
    for (const auto& [path, figure] : file.figures)
      if (path.rfind(head, 0) == 0 && ends_with(path, end) && figure.kind == Figure::Kind::number)
        means[name + path.substr(std::strlen(head), path.size() - std::strlen(head) - std::strlen(end))] = {
            std::strtod(figure.text.c_str(), nullptr), 1};
  return means;
}

struct Decision {
  std::string at, text;
};

std::vector<Decision> decisions_of(const Table& table) {
  const std::size_t at = table.column("at_us"), what = table.column("decision"), stream = table.column("stream"),
                    request = table.column("request"), step = table.column("step");
  std::vector<Decision> all;
  for (const std::vector<std::string>& row : table.rows)
    all.push_back({row[at], row[what] + " of " + row[stream] + " #" + row[request] +
                                (row[step] == "0" ? "" : ", step " + row[step])});
  return all;
}

std::string first_difference(const Table& before, const Table& after) {
  const std::vector<Decision> a = decisions_of(before), b = decisions_of(after);
  const std::size_t both = std::min(a.size(), b.size());
  std::size_t same = 0, on_time = both;
  for (; same < both && a[same].text == b[same].text; ++same)
    if (on_time == both && a[same].at != b[same].at) on_time = same;
  if (same < both)
    return fmt::format("the first {} of {} are the same; then {} at {} us, where the baseline has {} at {} us", same,
                       b.size(), b[same].text, b[same].at, a[same].text, a[same].at);
  if (a.size() != b.size())
    return fmt::format("the first {} are the same; then the {} goes on with {} more, {} at {} us first", both,
                       a.size() > b.size() ? "baseline" : "new run", std::max(a.size(), b.size()) - both,
                       a.size() > b.size() ? a[both].text : b[both].text,
                       a.size() > b.size() ? a[both].at : b[both].at);
  if (on_time == both) return fmt::format("the same {}, at the same times", both);
  return fmt::format(
      "the same {} in the same order; at other times from number {} on: {} at {} us, in the baseline at {} us", both,
      on_time + 1, b[on_time].text, b[on_time].at, a[on_time].at);
}

void compare_keys(const RunTables& before, const RunTables& after, std::size_t most, Where& where) {
  std::map<std::string, std::pair<std::string, std::string>> all;
  for (const auto& [key, value] : *before.keys) all[key].first = value;
  for (const auto& [key, value] : *after.keys) all[key].second = value;
  for (const auto& [key, values] : all) {
    if (values.first == values.second) continue;
    if (where.keys.size() == most) {
      ++where.more_keys;
      continue;
    }
    const auto shown = [](const std::string& value) { return value.empty() ? std::string("(none)") : value; };
    where.keys.push_back(key + " " + shown(values.first) + " -> " + shown(values.second));
  }
}

std::string lines(const char* title, const char* unit, const std::vector<Moved>& all) {
  if (all.empty()) return "";
  std::string text = fmt::format("  {}\n", title);
  for (const Moved& m : all)
    text += fmt::format("    {:<40}  {:>+10.3f} {}  ({:.3f} -> {:.3f}{})\n", m.name, m.delta(), unit, m.before, m.after,
                        m.before == 0 ? "" : fmt::format(", {:+.1f} %", 100 * m.delta() / m.before));
  return text;
}

}  // namespace

Where where_moved(const ResultsFile& baseline, const RunTables& before, const ResultsFile& candidate,
                  const RunTables& after, std::size_t most) {
  Where where;
  const auto both = [&](const char* name, bool a, bool b) {
    if (!a || !b) where.unknown.push_back(name);
    return a && b;
  };
  if (both("paths.csv", before.paths.has_value(), after.paths.has_value()))
    where.parts = moved(parts_of(*before.paths), parts_of(*after.paths), most);
  if (both("layers.csv", before.layers.has_value(), after.layers.has_value())) {
    where.stalls = moved(stalls_of(*before.layers), stalls_of(*after.layers), most);
    for (const auto& [list, columns] :
         {std::pair{&where.layers, std::vector<const char*>{"wall_us"}},
          std::pair{&where.transfers, std::vector<const char*>{"dma_in_cycles", "dma_out_cycles"}}})
      *list = moved(layers_of(*before.layers, columns), layers_of(*after.layers, columns), most);
  }
  where.memory = moved(memory_of(baseline), memory_of(candidate), most);
  if (both("decisions.csv", before.decisions.has_value(), after.decisions.has_value()))
    where.decisions = first_difference(*before.decisions, *after.decisions);
  if (both("resolved.toml", before.keys.has_value(), after.keys.has_value()))
    compare_keys(before, after, 2 * most, where);
  return where;
}

std::string where_text(const Where& where) {
  std::string text;
  if (!where.keys.empty()) {
    text += "  keys of the configuration\n";
    for (const std::string& key : where.keys) text += "    " + key + "\n";
    if (where.more_keys != 0) text += fmt::format("    and {} more\n", where.more_keys);
  }
  text += lines("parts of a request's latency, mean", "us", where.parts);
  text += lines("stalls of the engines, per execution of the network", "us", where.stalls);
  text += lines("layers, per execution", "us", where.layers);
  text += lines("their transfers, per execution", "cycles", where.transfers);
  text += lines("latency of NoC ports' stretches and memories' grants", "ns", where.memory);
  if (!where.decisions.empty()) text += "  decisions\n    " + where.decisions + "\n";
  for (const std::string& name : where.unknown) text += "  not known: one of the two has no " + name + "\n";
  return text;
}

}  // namespace takt::results
