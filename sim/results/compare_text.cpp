#include <fmt/format.h>

#include "sim/results/compare.h"
#include "sim/results/text_table.h"
#include "sim/results/value.h"

namespace takt::results {

const char* name_of(Change::Kind kind) {
  switch (kind) {
    case Change::Kind::added:
      return "added";
    case Change::Kind::removed:
      return "removed";
    case Change::Kind::changed:
      break;
  }
  return "changed";
}

const char* name_of(Change::Effect effect) {
  switch (effect) {
    case Change::Effect::better:
      return "better";
    case Change::Effect::worse:
      return "worse";
    case Change::Effect::neither:
      break;
  }
  return "";
}

namespace {

constexpr std::size_t longest_cell = 40;

std::string cell(const std::string& text) {
  return text.size() <= longest_cell ? text : text.substr(0, longest_cell - 3) + "...";
}

std::string percent_cell(const Change& change) {
  return change.percent ? fmt::format("{:+.3f} %", *change.percent) : "";
}

// What it is, and whether it is tolerated.
std::string effect_cell(const Change& change) {
  const std::string effect = name_of(change.effect);
  return change.fails ? effect : effect + (effect.empty() ? "" : ", ") + "tolerated";
}

std::string table_of(const Comparison& comparison, bool inputs) {
  TextTable table({Align::left, Align::right, Align::right, Align::right, Align::right, Align::left});
  table.row({inputs ? "input" : "figure", "baseline", "new", "change", "percent", ""});
  for (const Change& change : comparison.changes) {
    if (change.input != inputs) continue;
    const bool changed = change.kind == Change::Kind::changed;
    table.row({change.path, cell(change.before), cell(change.after), changed ? change.delta : name_of(change.kind),
               percent_cell(change), effect_cell(change)});
  }
  return table.text();
}

}  // namespace

std::string comparison_text(const Comparison& comparison) {
  std::string text = fmt::format("baseline  {}\nnew       {}\n", comparison.baseline, comparison.candidate);
  if (comparison.identical()) return text + fmt::format("identical: all {} figures\n", comparison.figures);
  std::size_t inputs = 0;
  for (const Change& change : comparison.changes) inputs += change.input ? 1 : 0;
  if (inputs != 0) {
    text += "\nThe two were not run with the same inputs:\n" + table_of(comparison, true);
    if (comparison.stale())
      text += "stale: the baseline was made from another configuration (scenario, preset or key)\n";
  }
  if (inputs != comparison.changes.size()) text += "\n" + table_of(comparison, false);
  if (const std::string where = where_text(comparison.where); !where.empty()) text += "\nwhere\n" + where;
  text += fmt::format("\n{} of {} figures differ\n", comparison.changes.size() - inputs, comparison.figures);
  return text + fmt::format("{} worse, {} better; {} beyond their tolerance\n", comparison.count(Change::Effect::worse),
                            comparison.count(Change::Effect::better), comparison.failures());
}

namespace {

Value moved_value(const std::vector<Moved>& all) {
  Value::Array array;
  for (const Moved& m : all) {
    Value entry;
    entry["name"] = m.name;
    entry["baseline"] = fmt::format("{:.6f}", m.before);
    entry["new"] = fmt::format("{:.6f}", m.after);
    array.push_back(std::move(entry));
  }
  return array;
}

Value where_value(const Where& where) {
  Value value;
  value["latency_us"] = moved_value(where.parts);
  value["stalls_us"] = moved_value(where.stalls);
  value["layers_us"] = moved_value(where.layers);
  value["transfers_cycles"] = moved_value(where.transfers);
  value["memory_ns"] = moved_value(where.memory);
  value["keys"] = Value(Value::Array(where.keys.begin(), where.keys.end()));
  value["decisions"] = where.decisions.empty() ? Value() : Value(where.decisions);
  value["unknown"] = Value(Value::Array(where.unknown.begin(), where.unknown.end()));
  return value;
}

}  // namespace

std::string comparison_json(const Comparison& comparison) {
  Value value;
  value["schema"] = "takt-comparison/1";
  value["baseline"] = comparison.baseline;
  value["new"] = comparison.candidate;
  value["identical"] = comparison.identical();
  value["figures"] = std::uint64_t{comparison.figures};
  Value::Array changes;
  for (const Change& change : comparison.changes) {
    Value entry;
    entry["path"] = change.path;
    entry["kind"] = name_of(change.kind);
    entry["baseline"] = change.kind == Change::Kind::added ? Value() : Value(change.before);
    entry["new"] = change.kind == Change::Kind::removed ? Value() : Value(change.after);
    entry["change"] = change.delta.empty() ? Value() : Value(change.delta);
    entry["effect"] = change.effect == Change::Effect::neither ? Value() : Value(name_of(change.effect));
    entry["fails"] = change.fails;
    entry["percent"] = change.percent ? Value(fmt::format("{:.6f}", *change.percent)) : Value();
    changes.push_back(std::move(entry));
  }
  value["changes"] = std::move(changes);
  value["stale"] = comparison.stale();
  value["worse"] = std::uint64_t{comparison.count(Change::Effect::worse)};
  value["better"] = std::uint64_t{comparison.count(Change::Effect::better)};
  value["failures"] = std::uint64_t{comparison.failures()};
  value["where"] = where_value(comparison.where);
  return value.json();
}

}  // namespace takt::results
