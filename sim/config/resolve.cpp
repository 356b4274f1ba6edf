// What a finished configuration tells: resolved.toml, its hash, the estimated figures it rests on.
#include <algorithm>

#include "models/units/fnv1a.h"
#include "sim/config/bind.h"
#include "sim/config/load.h"

namespace takt::config {
namespace {

// The part of a path that stands as a table's header: the section, up to its instance.
std::string header_of(const std::string& path) {
  std::size_t parts = path.find('.') == std::string::npos ? 0 : 1;
  if (is_listed(path) || path.rfind("memory.", 0) == 0 || path.rfind("npu.small.", 0) == 0) parts = 2;
  for (const char* instances : {"noc.port.", "system_cache.port.", "npu.point."})
    if (path.rfind(instances, 0) == 0) parts = 3;
  std::size_t end = 0;
  for (std::size_t i = 0; i < parts; ++i) end = path.find('.', end == 0 ? 0 : end + 1);
  return path.substr(0, parts == 0 ? 0 : end);
}

std::string header_lines(const std::string& header) {
  if (!is_listed(header)) return "\n[" + header + "]\n";
  const std::size_t dot = header.find('.');
  return "\n[[" + header.substr(0, dot) + "]]\nname = " + quote_toml(header.substr(dot + 1)) + "\n";
}

// A preset's figure keeps its mark, so that a run of resolved.toml names the same estimates.
std::string line_of(const ResolvedKey& key, const std::string& name) {
  if (key.mark.empty()) return name + " = " + key.value + "  # " + key.origin + "\n";
  return name + " = { value = " + key.value + ", mark = " + quote_toml(key.mark) +
         ", source = " + quote_toml(key.source) + " }  # " + key.origin + "\n";
}

// Order of sources: it decides ties, and is no key of its own.
std::string order_line(const Scenario& scenario) {
  std::string line = "sources=";
  for (const StreamConfig& s : scenario.config.streams) line += s.name + ",";
  line += ";";
  for (const TrafficSource& t : scenario.config.traffic) line += t.traffic.name + ",";
  for (const FaultConfig& f : scenario.config.faults) line += ";" + f.name;
  return line + "\n";
}

}  // namespace

std::string resolved_toml(const Scenario& scenario) {
  std::string text;
  std::string header;
  for (const ResolvedKey& key : scenario.keys) {
    const std::string own = header_of(key.path);
    if (own != header) text += header_lines(own);
    header = own;
    text += line_of(key, header.empty() ? key.path : key.path.substr(header.size() + 1));
  }
  return text;
}

std::uint64_t config_hash(const Scenario& scenario) {
  std::vector<std::string> lines;
  for (const ResolvedKey& key : scenario.keys) {
    if (key.behaviour) lines.push_back(key.path + "=" + key.value + "\n");
  }
  std::sort(lines.begin(), lines.end());
  std::uint64_t hash = units::fnv1a(units::fnv1a_basis, order_line(scenario));
  for (const std::string& line : lines) hash = units::fnv1a(hash, line);
  return hash;
}

std::vector<ResolvedKey> estimates(const Scenario& scenario) {
  std::vector<ResolvedKey> result;
  for (const ResolvedKey& key : scenario.keys) {
    if (key.mark == "estimated" || key.mark == "recalled") result.push_back(key);
  }
  std::sort(result.begin(), result.end(), [](const ResolvedKey& a, const ResolvedKey& b) { return a.path < b.path; });
  return result;
}

}  // namespace takt::config
