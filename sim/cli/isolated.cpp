#include "sim/cli/isolated.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "models/base/embedded_file.h"
#include "models/units/fnv1a.h"
#include "sim/cli/child.h"
#include "sim/cli/isolated_cache.h"
#include "sim/import/read_model.h"
#include "sim/platform/platform.h"
#include "sim/results/metrics.h"

namespace takt::cli {
namespace {

constexpr char failed = '-', simulated = '+';  // first byte of what a child says

std::string simulate(const config::Scenario& scenario) {
  try {
    platform::Platform soc(scenario, {});
    return simulated + text_of(results::isolated_record(soc.run()));
  } catch (const platform::SimulationFailure& failure) {
    return failed + std::string(failure.what());
  }
}

platform::IsolatedRecord record_of(const std::string& said) {
  if (said.front() == simulated) return isolated_from(said.substr(1)).value();
  platform::IsolatedRecord record;
  record.failure = said.substr(1);
  return record;
}

// Empty where it cannot be read.
std::string content_hash(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::uint64_t hash = units::fnv1a_basis;
  std::string piece(1 << 20, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() != 0)
    hash = units::fnv1a(hash, piece.substr(0, static_cast<std::size_t>(in.gcount())));
  return in.bad() || !in.eof() ? std::string() : fmt::format("{:016x}", hash);
}

// All that a run follows from: this program, the keys that tell the simulation something, and the files they name.
// Empty: that cannot be said, as of a model that may lie in several files.
std::string key_of(const config::Scenario& scenario) {
  std::vector<std::string> lines;
  for (const config::ResolvedKey& key : scenario.keys)
    if (key.behaviour || key.path.rfind("limits.", 0) == 0) lines.push_back(key.path + "=" + key.value + "\n");
  std::sort(lines.begin(), lines.end());
  std::vector<std::string> files = {"/proc/self/exe", scenario.config.firmware.elf_path};
  for (const config::StreamConfig& stream : scenario.config.streams) {
    if (!stream.model_path.empty() && !import::is_self_contained(stream.model_path)) return {};
    files.push_back(stream.model_path);
    files.push_back(stream.trace_path);
  }
  for (const std::string& file : files) {
    if (file.empty() || is_shipped(file)) continue;
    const std::string hash = content_hash(file);
    if (hash.empty()) return {};
    lines.push_back("file " + hash + "\n");
  }
  std::string key;
  for (const std::string& line : lines) key += line;
  return key;
}

}  // namespace

platform::IsolationRecord isolate(const config::Scenario& scenario) {
  const IsolatedCache cache(isolated_cache_folder());
  platform::IsolationRecord isolation;
  isolation.sla_permille = scenario.config.metrics.sla_permille;
  isolation.streams.resize(scenario.config.streams.size());
  std::vector<std::function<std::string()>> work;
  std::vector<std::pair<std::size_t, std::string>> asked;  // stream and key of each piece of work
  for (std::size_t s = 0; s < isolation.streams.size(); ++s) {
    config::Scenario alone = config::alone(scenario, s);
    const std::string key = key_of(alone);
    if (const auto known = key.empty() ? std::nullopt : cache.find(key)) {
      isolation.streams[s] = *known;
      continue;
    }
    asked.emplace_back(s, key);
    work.push_back([alone = std::move(alone)] { return simulate(alone); });
  }
  const std::vector<std::string> answers = run_in_children(work);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto& [stream, key] = asked[i];
    isolation.streams[stream] = record_of(answers[i]);
    if (!key.empty() && isolation.streams[stream].failure.empty()) cache.keep(key, isolation.streams[stream]);
  }
  return isolation;
}

}  // namespace takt::cli
