#include "sim/config/soc_config.h"

#include <algorithm>
#include <stdexcept>

#include "sim/config/scenario_config.h"

namespace takt::config {
namespace {

template <class List>
auto find_named(const List& list, const std::string& name) -> decltype(&list.front()) {
  for (const auto& item : list) {
    if (item.name == name) return &item;
  }
  return nullptr;
}

}  // namespace

const MemoryConfig* find_memory(const SocConfig& soc, const std::string& name) {
  return find_named(soc.memories, name);
}

const noc::InitiatorPort* find_port(const SocConfig& soc, const std::string& name) {
  return find_named(soc.noc.initiators, name);
}

const cache::Port& cache_port(const SocConfig& soc, const std::string& name) {
  const cache::Port* port = find_named(soc.system_cache.ports, name);
  if (port == nullptr) throw std::logic_error("no port " + name);
  return *port;
}

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): its output for state scenario_seed + (ordinal + 1) * golden ratio.
bool reads_storage(const ScenarioConfig& scenario) {
  return std::any_of(scenario.streams.begin(), scenario.streams.end(),
                     [](const StreamConfig& s) { return s.cold_start || s.experts.memory_bytes != 0; });
}

std::uint64_t effective_seed(std::uint64_t scenario_seed, std::uint64_t own_seed, std::uint64_t ordinal) {
  if (own_seed != 0) return own_seed;
  std::uint64_t z = scenario_seed + (ordinal + 1) * 0x9e3779b97f4a7c15ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

}  // namespace takt::config
