#include <fmt/format.h>

#include "sim/results/compare.h"
#include "sim/results/text_table.h"
#include "sim/results/value.h"

namespace takt::results {
namespace {

constexpr std::size_t longest_cell = 40;

std::string cell(const std::string& text) {
  return text.size() <= longest_cell ? text : text.substr(0, longest_cell - 3) + "...";
}

std::string percent_cell(const Change& change) {
  return change.percent ? fmt::format("{:+.3f} %", *change.percent) : "";
}

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

std::string table_of(const Comparison& comparison, bool inputs) {
  TextTable table({Align::left, Align::right, Align::right, Align::right, Align::right});
  table.row({inputs ? "input" : "figure", "baseline", "new", "change", "percent"});
  for (const Change& change : comparison.changes) {
    if (change.input != inputs) continue;
    const bool changed = change.kind == Change::Kind::changed;
    table.row({change.path, cell(change.before), cell(change.after), changed ? change.delta : name_of(change.kind),
               percent_cell(change)});
  }
  return table.text();
}

}  // namespace

std::string comparison_text(const Comparison& comparison) {
  std::string text = fmt::format("baseline  {}\nnew       {}\n", comparison.baseline, comparison.candidate);
  if (comparison.identical()) return text + fmt::format("identical: all {} figures\n", comparison.figures);
  std::size_t inputs = 0;
  for (const Change& change : comparison.changes) inputs += change.input ? 1 : 0;
  if (inputs != 0) text += "\nThe two were not run with the same inputs:\n" + table_of(comparison, true);
  if (inputs != comparison.changes.size()) text += "\n" + table_of(comparison, false);
  return text + fmt::format("\n{} of {} figures differ\n", comparison.changes.size() - inputs, comparison.figures);
}

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
    entry["percent"] = change.percent ? Value(fmt::format("{:.6f}", *change.percent)) : Value();
    changes.push_back(std::move(entry));
  }
  value["changes"] = std::move(changes);
  return value.json();
}

}  // namespace takt::results
