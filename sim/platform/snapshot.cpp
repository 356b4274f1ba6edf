#include "sim/platform/snapshot.h"

#include <algorithm>

namespace takt::platform {

using units::Time;

namespace {

// Difference of two states of one monotonic counter, picked by member.
template <class T, class M>
M since(const T& to, const T& from, M T::*member) {
  return to.*member - from.*member;
}

template <class T>
T at_or_empty(const std::vector<T>& list, std::size_t index) {
  return index < list.size() ? list[index] : T{};
}

// Latency maxima cannot be windowed from counters: they cover the whole run.
LatencyRecord latency(std::uint64_t samples, Time total, Time max) { return {samples, total, std::nullopt, max}; }

void record_npu(NpuRecord& record, const npu::Counters& a, const npu::Counters& b) {
  static constexpr std::pair<std::uint32_t, const char*> engines[] = {{TAKT_ENGINE_TENSOR, "tensor"},
                                                                      {TAKT_ENGINE_VECTOR, "vector"},
                                                                      {TAKT_ENGINE_DMA_IN, "dma_in"},
                                                                      {TAKT_ENGINE_DMA_OUT, "dma_out"}};
  for (const auto& [engine, name] : engines)
    record.engines.push_back({name, b.busy[engine] - a.busy[engine], b.commands[engine] - a.commands[engine]});
  record.useful_macs = since(b, a, &npu::Counters::useful_macs);
  record.padding_macs = since(b, a, &npu::Counters::padding_macs);
  record.recomputed_macs = since(b, a, &npu::Counters::recomputed_macs);
  record.dma_bytes = {{"constants", since(b, a, &npu::Counters::constant_bytes)},
                      {"activations_in", since(b, a, &npu::Counters::activation_bytes_in)},
                      {"activations_out", since(b, a, &npu::Counters::activation_bytes_out)},
                      {"save", since(b, a, &npu::Counters::save_bytes)},
                      {"restore", since(b, a, &npu::Counters::restore_bytes)},
                      {"refetch", since(b, a, &npu::Counters::refetch_bytes)},
                      {"front_end", since(b, a, &npu::Counters::front_end_bytes)}};
  record.preemptions = since(b, a, &npu::Counters::preemptions);
}

// Of all requests, reads and writes.
dram::Latencies latencies_since(const dram::Traffic& from, const dram::Traffic& to) {
  dram::Latencies latencies = to.read_latency.since(from.read_latency);
  latencies.add(to.write_latency.since(from.write_latency));
  return latencies;
}

LatencyRecord latency(const dram::Latencies& l) {
  LatencyRecord record{l.samples(), l.sum(), std::nullopt, l.max()};
  if (l.samples() > 0) record.p99 = l.percentile(99);
  return record;
}

MemoryRecord memory_record(const config::MemoryConfig& config, const dram::Statistics& a, const dram::Statistics& b) {
  const dram::Traffic &from = a.total, &to = b.total;
  MemoryRecord record;
  record.name = config.name;
  record.preset = config.dram.name;
  record.peak_bytes_per_second = dram::peak_bytes_per_second(config.dram);
  record.bytes_read = since(to, from, &dram::Traffic::bytes_read);
  record.bytes_written = since(to, from, &dram::Traffic::bytes_written);
  record.row_hits = since(to, from, &dram::Traffic::row_hits);
  record.row_misses = since(to, from, &dram::Traffic::row_misses) + since(to, from, &dram::Traffic::row_conflicts);
  record.refreshes = b.refreshes_all_bank - a.refreshes_all_bank + b.refreshes_per_bank - a.refreshes_per_bank;
  record.latency = latency(latencies_since(from, to));
  return record;
}

// One initiator across the cache and all memories.
TrafficRecord traffic_record(const std::string& name, std::size_t i, const config::SocConfig& soc, bool cached,
                             const Snapshot& a, const Snapshot& b) {
  TrafficRecord record;
  const noc::InitiatorStatistics &from = a.initiators[i], &to = b.initiators[i];
  record.initiator = name;
  record.bytes_read = since(to, from, &noc::InitiatorStatistics::bytes_read);
  record.bytes_written = since(to, from, &noc::InitiatorStatistics::bytes_written);
  record.latency = latency(since(to, from, &noc::InitiatorStatistics::stretches),
                           since(to, from, &noc::InitiatorStatistics::latency_sum), to.latency_max);
  record.throttled = since(to, from, &noc::InitiatorStatistics::throttled);
  for (std::size_t m = 0; m < soc.memories.size(); ++m) {
    const dram::Traffic f = at_or_empty(a.memories[m].initiators, i), t = at_or_empty(b.memories[m].initiators, i);
    const std::uint64_t read = since(t, f, &dram::Traffic::bytes_read),
                        written = since(t, f, &dram::Traffic::bytes_written);
    const std::uint64_t asked =
        since(t, f, &dram::Traffic::requested_read) + since(t, f, &dram::Traffic::requested_written);
    record.dram_read_bytes += read;
    record.dram_written_bytes += written;
    record.rounding_bytes += read + written - asked;
    if (!(cached && soc.memories[m].cached)) record.bypass_bytes += asked;
  }
  if (cached) {
    const cache::Traffic f = at_or_empty(a.cache.initiators, i), t = at_or_empty(b.cache.initiators, i);
    const auto both = [&](std::uint64_t cache::Flow::*member) {
      return t.read.*member + t.write.*member - f.read.*member - f.write.*member;
    };
    record.hit_bytes = both(&cache::Flow::hit);
    record.miss_bytes = both(&cache::Flow::miss);
    record.bypass_bytes += both(&cache::Flow::bypass);
    record.fill_bytes = since(t, f, &cache::Traffic::fill);
    record.write_back_bytes = since(t, f, &cache::Traffic::write_back);
  }
  return record;
}

BackgroundRecord background_record(const peripherals::TrafficConfig& config, const TrafficCounters& from,
                                   const TrafficCounters& to) {
  using Counters = peripherals::Traffic::Counters;
  const Counters &a = from.common, &b = to.common;
  BackgroundRecord record;
  record.name = config.name;
  record.kind = config.kind;
  record.reads = since(b, a, &Counters::reads);
  record.writes = since(b, a, &Counters::writes);
  record.bytes_read = since(b, a, &Counters::bytes_read);
  record.bytes_written = since(b, a, &Counters::bytes_written);
  record.read_latency_sum = since(b, a, &Counters::read_latency_sum);
  record.write_latency_sum = since(b, a, &Counters::write_latency_sum);
  record.missed = since(to.misses, from.misses, &peripherals::Misses::missed);
  record.skipped = since(to.misses, from.misses, &peripherals::Misses::skipped);
  record.worst_latency = b.worst_latency;
  for (std::size_t i = 0; i < to.figures.size(); ++i) {
    const peripherals::Figure& figure = to.figures[i];
    const std::uint64_t before = figure.of_run ? 0 : from.figures[i].value;
    record.figures.push_back({std::string(figure.name), std::string(figure.rate),
                              static_cast<BackgroundFigure::Unit>(figure.unit), figure.value - before});
  }
  return record;
}

void record_residency(PowerRecord& record, const npu::Config& npu, const Snapshot& from, const Snapshot& to) {
  const npu::Residency &a = from.residency, &b = to.residency;
  record.levels.push_back({npu.clock_hz, b.level[0] - a.level[0]});
  for (std::size_t p = 0; p < npu.power.points.size(); ++p)
    record.levels.push_back({npu.power.points[p].clock_hz, b.level[p + 1] - a.level[p + 1]});
  record.clock_stopped = b.stopped - a.stopped;
  record.retention = b.retention - a.retention;
  record.off = b.off - a.off;
  record.level_changes = b.changes - a.changes;
  if (npu.idle_off_us != 0)
    record.cores_off = {to.cores_off[0] - from.cores_off[0], to.cores_off[1] - from.cores_off[1]};
}

}  // namespace

void snap_memory_system(Snapshot& to, const npu::Npu& npu, const noc::Noc& noc,
                        const std::vector<std::unique_ptr<dram::Dram>>& memories, const cache::SystemCache* cache) {
  to.npu = npu.counters();
  to.residency = npu.power().residency(to.at);
  for (const bool small : {false, true}) to.cores_off[small] = npu.switches().off(small, to.at);
  for (const auto& memory : memories) to.memories.push_back(memory->statistics());
  for (std::size_t i = 0; i < noc.initiators.size(); ++i)
    to.initiators.push_back(noc.statistics(static_cast<base::InitiatorId>(i)));
  if (cache != nullptr) to.cache = cache->statistics();
}

void snap_owners(Snapshot& to, const power::Model& power, const base::Ledger& ledger, std::size_t contexts) {
  to.owner_dram_bytes.resize(contexts);
  for (std::size_t c = 0; c < contexts; ++c) to.owners.push_back(power.of_owner(static_cast<base::Owner>(c)));
  for (const base::Ledger::Event& event : ledger.events()) {
    if (event.name != "byte" || event.component.rfind("dram_phy.", 0) != 0) continue;
    for (std::size_t c = 0; c < contexts; ++c) to.owner_dram_bytes[c] += event.count[c];
  }
}

Snapshot take_snapshot(Soc& soc, Time at, std::size_t contexts) {
  soc.settle();
  Snapshot s;
  s.at = at;
  snap_memory_system(s, soc.npu, soc.noc, soc.memories, soc.system_cache.get());
  s.hot = soc.thermal.hot_time();
  s.control = soc.control_cpu->counters();
  if (soc.storage != nullptr) s.storage = soc.storage->counters();
  s.app_busy = soc.app_cpu.counters().driver_busy + soc.app_cpu.counters().operator_busy;
  for (const auto& source : soc.traffic) {
    s.traffic.push_back({source->counters(), source->generator().misses(), {}});
    source->generator().report(s.traffic.back().figures);
  }
  s.components = soc.power.components(at);
  snap_owners(s, soc.power, soc.ledger, contexts);
  return s;
}

void record_counters(RunRecord& record, const config::ScenarioConfig& scenario, const Soc& soc, const Snapshot& from,
                     const Snapshot& to) {
  record_counters(record, scenario, soc.noc_config, soc.system_cache != nullptr, from, to);
  if (soc.storage != nullptr)
    record.storage = StorageRecord{to.storage.reads - from.storage.reads, to.storage.bytes - from.storage.bytes,
                                   to.storage.busy - from.storage.busy};
}

void record_counters(RunRecord& record, const config::ScenarioConfig& scenario, const noc::Config& noc, bool cached,
                     const Snapshot& from, const Snapshot& to) {
  record.npu.cores = scenario.soc.npu.all_cores();
  record_npu(record.npu, from.npu, to.npu);
  record.cpu.control_busy = to.control.busy - from.control.busy;
  record.cpu.interrupts = to.control.interrupts - from.control.interrupts;
  if (to.control.instructions != 0) record.cpu.instructions = to.control.instructions - from.control.instructions;
  record.cpu.app_busy = to.app_busy - from.app_busy;

  record.memory.has_cache = cached;
  dram::Latencies latencies;
  for (std::size_t m = 0; m < scenario.soc.memories.size(); ++m) {
    record.memory.memories.push_back(memory_record(scenario.soc.memories[m], from.memories[m], to.memories[m]));
    latencies.add(latencies_since(from.memories[m].total, to.memories[m].total));
  }
  record.memory.latency = latency(latencies);
  for (std::size_t i = 0; i < noc.initiators.size(); ++i)
    record.memory.initiators.push_back(traffic_record(noc.initiators[i].name, i, scenario.soc, cached, from, to));
  record_residency(record.power, scenario.soc.npu, from, to);
  record.power.hot = to.hot - from.hot;
  for (std::size_t c = 0; c < to.components.size(); ++c)
    record.power.components.push_back({to.components[c].name, to.components[c].energy - from.components[c].energy});
  for (std::size_t t = 0; t < to.traffic.size(); ++t)
    record.background.push_back(background_record(scenario.traffic[t].traffic, from.traffic[t], to.traffic[t]));
}

}  // namespace takt::platform
