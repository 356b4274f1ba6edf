// A comparison for other programs' eyes: Markdown and JUnit.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/results/compare.h"

namespace takt::results {
namespace {

std::string escaped(const std::string& text, bool markdown) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
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
    else if (text.compare(i, 2, "\xEF\xBF") == 0 && i + 2 < text.size() && (text[i + 2] & 0x3E) == 0x3E)
      out += "\xEF\xBF\xBD", i += 2;  // U+FFFE and U+FFFF, which XML 1.0 has not
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
  return dot == path.npos || dot == 0 ? "run" : path.substr(0, dot);
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

// What two schemas demand together: that of Ant's reports (windyroad/JUnit-Schema: attributes of <testsuite>, the
// elements around its cases, none of <testsuites>) and that of Jenkins' plugin xunit (junit-10.xsd). GitLab shows a
// failure's text, Jenkins its message first.
std::string comparison_junit(const Comparison& comparison, std::time_t when) {
  std::map<std::string, const Change*> changes;
  for (const Change& change : comparison.changes) changes[change.path] = &change;
  std::map<std::string, std::vector<std::string>> parts;
  for (const std::string& path : comparison.paths) parts[part_of(path)].push_back(path);
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  std::size_t id = 0;
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
      const std::string values = escaped(values_of(change), false);
      cases +=
          fmt::format("{}>\n      <failure message=\"{}\" type=\"{}\">{}</failure>\n    </testcase>\n", head, values,
                      change.effect == Change::Effect::neither ? name_of(change.kind) : name_of(change.effect), values);
    }
    text += fmt::format(
        "  <testsuite package=\"takt\" id=\"{}\" name=\"{}\" timestamp=\"{:%Y-%m-%dT%H:%M:%S}\" hostname=\"localhost\" "
        "tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\" time=\"0\">\n    <properties/>\n{}    <system-out/>\n"
        "    <system-err/>\n  </testsuite>\n",
        id++, escaped(part, false), fmt::gmtime(when), paths.size(), failures, cases);
  }
  return text + "</testsuites>\n";
}

}  // namespace takt::results
