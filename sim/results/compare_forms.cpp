// A comparison for other programs' eyes: Markdown and JUnit.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/results/compare.h"

namespace takt::results {
namespace {

std::string escaped(const std::string& text, bool markdown) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"' && !markdown)
      out += "&quot;";
    else if (c == '|' && markdown)
      out += "\\|";
    else
      out += byte < 0x20 ? ' ' : c;
  }
  return out;
}

std::string values_of(const Change& change) {
  if (change.kind == Change::Kind::added) return "new: " + change.after;
  if (change.kind == Change::Kind::removed) return "missing; the baseline has " + change.before;
  return change.before + " -> " + change.after + (change.delta.empty() ? "" : ", " + change.delta) +
         (change.percent ? fmt::format(" ({:+.3f} %)", *change.percent) : "");
}

std::string rows_of(const std::vector<const Change*>& changes) {
  std::string text = "| figure | baseline | new | change | | |\n|---|--:|--:|--:|--:|---|\n";
  for (const Change* c : changes)
    text += fmt::format(
        "| `{}` | {} | {} | {} | {} | {}{} |\n", escaped(c->path, true), escaped(c->before, true),
        escaped(c->after, true), c->kind == Change::Kind::changed ? c->delta : std::string(name_of(c->kind)),
        c->percent ? fmt::format("{:+.2f} %", *c->percent) : "", name_of(c->effect), c->fails ? "" : " (tolerated)");
  return text;
}

// What people look at first.
bool is_headline(const std::string& path) {
  for (const char* pattern :
       {"streams[*].latency_us.p50", "streams[*].latency_us.p99", "streams[*].throughput_per_s",
        "streams[*].deadline.missed", "streams[*].energy_mj_per_request", "power.average_mw", "power.energy_mj",
        "memory.bandwidth_gbps.average", "memory.latency_ns.mean", "preemptions.count", "cpu.control_busy"})
    if (matches(pattern, path)) return true;
  return false;
}

// A part of the results: "streams[camera]", "memory".
std::string part_of(const std::string& path) {
  const std::size_t bracket = path.find(']'), dot = path.find('.');
  if (bracket != path.npos && path.find('[') < dot) return path.substr(0, bracket + 1);
  return dot == path.npos ? "run" : path.substr(0, dot);
}

}  // namespace

std::string comparison_markdown(const Comparison& comparison) {
  std::string text;
  if (comparison.identical()) return fmt::format("**takt: identical** ({} figures)\n", comparison.figures);
  std::vector<const Change*> inputs, first, all;
  for (const Change& change : comparison.changes) {
    (change.input ? inputs : all).push_back(&change);
    if (!change.input && is_headline(change.path)) first.push_back(&change);
  }
  text = fmt::format("**takt: {}**, {} of {} figures differ: {} worse, {} better\n\n`{}` -> `{}`\n",
                     comparison.failures() == 0 ? "nothing beyond its tolerance"
                                                : fmt::format("{} beyond their tolerance", comparison.failures()),
                     all.size(), comparison.figures, comparison.count(Change::Effect::worse),
                     comparison.count(Change::Effect::better), escaped(comparison.baseline, true),
                     escaped(comparison.candidate, true));
  if (!inputs.empty())
    text += std::string("\nNot run with the same inputs") + (comparison.stale() ? "; the baseline is stale" : "") +
            ":\n\n" + rows_of(inputs);
  if (!first.empty()) text += "\n" + rows_of(first);
  if (const std::string where = where_text(comparison.where); !where.empty()) text += "\n```\n" + where + "```\n";
  if (!all.empty())
    text += fmt::format("\n<details><summary>all {} figures that differ</summary>\n\n{}\n</details>\n", all.size(),
                        rows_of(all));
  return text;
}

std::string comparison_junit(const Comparison& comparison) {
  std::map<std::string, const Change*> changes;
  for (const Change& change : comparison.changes) changes[change.path] = &change;
  std::map<std::string, std::vector<std::string>> parts;
  for (const std::string& path : comparison.paths) parts[part_of(path)].push_back(path);
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"takt compare\" tests=\"{}\" failures=\"{}\">\n",
      comparison.figures, comparison.failures());
  for (const auto& [part, paths] : parts) {
    std::string cases;
    std::size_t failures = 0;
    for (const std::string& path : paths) {
      const auto found = changes.find(path);
      const std::string head = fmt::format("    <testcase classname=\"takt.{}\" name=\"{}\" time=\"0\"",
                                           escaped(part, false), escaped(path, false));
      if (found == changes.end() || !found->second->fails) {
        cases += head + "/>\n";
        continue;
      }
      ++failures;
      const Change& change = *found->second;
      cases += fmt::format("{}>\n      <failure message=\"{}\" type=\"{}\"/>\n    </testcase>\n", head,
                           escaped(values_of(change), false),
                           change.effect == Change::Effect::neither ? name_of(change.kind) : name_of(change.effect));
    }
    text += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\" time=\"0\">\n{}  "
        "</testsuite>\n",
        escaped(part, false), paths.size(), failures, cases);
  }
  return text + "</testsuites>\n";
}

}  // namespace takt::results
