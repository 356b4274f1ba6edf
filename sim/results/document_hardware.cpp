#include <algorithm>
#include <stdexcept>

#include "sim/results/document.h"
#include "sim/results/figures.h"

namespace takt::results {
namespace {

using platform::LatencyRecord;
using platform::MemoryRecord;
using platform::RunRecord;
using platform::TrafficRecord;

units::Time busy(const platform::NpuRecord& npu, const std::string& engine) {
  for (const platform::EngineRecord& record : npu.engines)
    if (record.name == engine) return record.busy;
  return units::Time(0);
}

Value mean_ns(const LatencyRecord& latency) {
  if (latency.samples == 0) return nullptr;
  return nanoseconds(units::Time(static_cast<std::uint64_t>(quotient(latency.total.value, latency.samples, 0).digits)));
}

Value latency_value(const LatencyRecord& latency, const std::string& path, Value& notes) {
  Value value;
  value["mean"] = mean_ns(latency);
  value["p99"] = latency.p99 ? Value(nanoseconds(*latency.p99)) : Value();
  if (latency.samples == 0) {
    notes[path] = "no access";
  } else if (!latency.p99) {
    notes[path + ".p99"] = "no histogram was kept";
  }
  return value;
}

Value bandwidth_value(std::uint64_t bytes, units::Time time, const std::optional<platform::PeakBytes>& peak,
                      const std::string& path, Value& notes) {
  Value value;
  value["average"] = gigabytes_per_second(bytes, time);
  value["peak"] = peak ? gigabytes_per_second(peak->bytes, peak->span) : Value();
  if (!peak) notes[path + ".peak"] = "no spans were recorded";
  return value;
}

Value one_memory(const MemoryRecord& memory, units::Time time, Value& notes) {
  const std::string path = "memory.memories." + memory.name;
  const std::uint64_t bytes = memory.bytes_read + memory.bytes_written;
  Value value;
  value["preset"] = memory.preset;
  value["bytes_read"] = memory.bytes_read;
  value["bytes_written"] = memory.bytes_written;
  value["bandwidth_gbps"] = bandwidth_value(bytes, time, memory.peak, path + ".bandwidth_gbps", notes);
  value["peak_gbps"] = Decimal{memory.peak_bytes_per_second, 9};
  value["row_hit_rate"] = share(memory.row_hits, memory.row_hits + memory.row_misses);
  value["refreshes"] = memory.refreshes;
  if (memory.row_hits + memory.row_misses == 0) notes[path + ".row_hit_rate"] = "no access";
  value["latency_ns"] = latency_value(memory.latency, path + ".latency_ns", notes);
  return value;
}

Value initiator_value(const TrafficRecord& traffic, units::Time time) {
  const std::uint64_t bytes = traffic.dram_read_bytes + traffic.dram_written_bytes;
  Value value;
  value["bytes"] = bytes;
  value["bandwidth_gbps"] = gigabytes_per_second(bytes, time);
  value["latency_ns"] = mean_ns(traffic.latency);
  value["port_bytes_read"] = traffic.bytes_read;
  value["port_bytes_written"] = traffic.bytes_written;
  value["throttled_us"] = microseconds(traffic.throttled);
  return value;
}

struct CacheCount {
  const char* key;
  std::uint64_t TrafficRecord::*count;
};
constexpr CacheCount cache_counts[] = {
    {"hit_bytes", &TrafficRecord::hit_bytes},
    {"miss_bytes", &TrafficRecord::miss_bytes},
    {"bypass_bytes", &TrafficRecord::bypass_bytes},
    {"fill_bytes", &TrafficRecord::fill_bytes},
    {"write_back_bytes", &TrafficRecord::write_back_bytes},
    {"rounding_bytes", &TrafficRecord::rounding_bytes},
};

}  // namespace

Value npu_value(const RunRecord& run) {
  const platform::NpuRecord& npu = run.npu;
  const std::uint64_t window = run.window.length().value * npu.cores;
  Value value;
  Value& utilization = value["utilization"];
  for (const char* engine : {"tensor", "vector", "dma_in", "dma_out"})
    utilization[engine] = share(busy(npu, engine).value, window);
  // Both directions: 1 when both are always busy.
  utilization["dma"] = share(busy(npu, "dma_in").value + busy(npu, "dma_out").value, 2 * window);
  std::uint64_t commands = 0;
  for (const platform::EngineRecord& engine : npu.engines) commands += engine.commands;
  value["macs"] = npu.useful_macs;
  value["issued_macs"] = npu.useful_macs + npu.padding_macs + npu.recomputed_macs;
  value["padding_macs"] = npu.padding_macs;
  value["recomputed_macs"] = npu.recomputed_macs;
  value["commands"] = commands;
  value["software_overhead_us"] = microseconds(npu.software_overhead);
  Value& dma = value["dma_bytes"] = Value(Value::Object{});
  for (const auto& [purpose, bytes] : npu.dma_bytes) dma[purpose] = bytes;
  return value;
}

Value cpu_value(const RunRecord& run, Value& notes) {
  const std::uint64_t window = run.window.length().value;
  Value value;
  value["control_busy"] = share(run.cpu.control_busy.value, window);
  value["app_busy"] = share(run.cpu.app_busy.value, window);
  value["interrupts"] = run.cpu.interrupts;
  value["dispatch_us"] = distribution_us(Distribution(run.cpu.dispatch), "cpu.dispatch_us", notes);
  if (run.cpu.instructions) value["instructions"] = *run.cpu.instructions;
  if (run.firmware_metrics) {
    value["metric_samples"]["written"] = run.firmware_metrics->written;
    value["metric_samples"]["lost"] = run.firmware_metrics->lost;
  }
  Value::Array fallback;
  for (const platform::FallbackRecord& op : run.fallback) {
    Value entry;
    entry["model"] = op.model;
    entry["op"] = op.op;
    entry["name"] = op.name;
    entry["count"] = op.count;
    entry["time_us"] = microseconds(op.time);
    fallback.push_back(std::move(entry));
  }
  value["fallback"] = std::move(fallback);
  return value;
}

Value memory_value(const RunRecord& run, Value& notes) {
  const units::Time time = run.window.length();
  Value value;
  std::uint64_t read = 0, written = 0, hits = 0, misses = 0, peak = 0;
  Value::Array presets;
  Value& memories = value["memories"] = Value(Value::Object{});
  for (const MemoryRecord& memory : run.memory.memories) {
    presets.emplace_back(memory.preset);
    memories[memory.name] = one_memory(memory, time, notes);
    read += memory.bytes_read;
    written += memory.bytes_written;
    hits += memory.row_hits;
    misses += memory.row_misses;
    peak += memory.peak_bytes_per_second;
  }
  value["presets"] = std::move(presets);
  value["bytes_read"] = read;
  value["bytes_written"] = written;
  value["bandwidth_gbps"] = bandwidth_value(read + written, time, run.memory.peak, "memory.bandwidth_gbps", notes);
  value["peak_gbps"] = Decimal{peak, 9};
  value["row_hit_rate"] = share(hits, hits + misses);
  value["latency_ns"] = latency_value(run.memory.latency, "memory.latency_ns", notes);
  if (hits + misses == 0) notes["memory.row_hit_rate"] = "no access";
  Value& initiators = value["initiators"] = Value(Value::Object{});
  for (const TrafficRecord& traffic : run.memory.initiators) {
    initiators[traffic.initiator] = initiator_value(traffic, time);
    if (traffic.latency.samples == 0) notes["memory.initiators." + traffic.initiator + ".latency_ns"] = "no access";
  }
  return value;
}

Value cache_value(const platform::MemorySystemRecord& memory, Value& notes) {
  Value value;
  Value& initiators = value["initiators"] = Value(Value::Object{});
  std::uint64_t hits = 0, misses = 0;
  for (const CacheCount& row : cache_counts) {
    std::uint64_t total = 0;
    for (const TrafficRecord& traffic : memory.initiators) {
      initiators[traffic.initiator][row.key] = traffic.*row.count;
      total += traffic.*row.count;
    }
    value[row.key] = total;
  }
  for (const TrafficRecord& traffic : memory.initiators) {
    hits += traffic.hit_bytes;
    misses += traffic.miss_bytes;
  }
  value["hit_rate"] = share(hits, hits + misses);
  if (hits + misses == 0) notes["cache.hit_rate"] = "nothing went through the cache";
  return value;
}

platform::Attojoules total_energy(const platform::PowerRecord& power) {
  Attojoules total = 0;
  for (const platform::ComponentEnergy& component : power.components) total += component.energy;
  return total;
}

std::vector<platform::Rail> rails_of(const platform::PowerRecord& power) {
  using platform::Rail;
  std::vector<Rail> rails = {Rail::npu, Rail::soc, Rail::app_cpu, Rail::dram};
  for (const Rail optional : {Rail::radio, Rail::storage})
    if (std::any_of(power.components.begin(), power.components.end(),
                    [&](const auto& component) { return platform::rail_of(component.name) == optional; }))
      rails.push_back(optional);
  return rails;
}

// How long the NPU's clock had which frequency, and how long it slept.
Value npu_power_value(const platform::PowerRecord& power) {
  Value value;
  Value::Array levels;
  for (const platform::LevelRecord& level : power.levels) {
    Value row;
    row["clock_hz"] = level.clock_hz;
    row["ms"] = milliseconds(level.time);
    levels.push_back(std::move(row));
  }
  value["levels"] = Value(std::move(levels));
  value["level_changes"] = power.level_changes;
  value["clock_stopped_ms"] = milliseconds(power.clock_stopped);
  value["retention_ms"] = milliseconds(power.retention);
  value["off_ms"] = milliseconds(power.off);
  if (power.cores_off) {
    value["cores_off"]["first_ms"] = milliseconds((*power.cores_off)[0]);
    value["cores_off"]["small_ms"] = milliseconds((*power.cores_off)[1]);
  }
  return value;
}

Value power_value(const RunRecord& run, Value& notes) {
  const Attojoules total = total_energy(run.power);
  Value value;
  value["energy_mj"] = millijoules(total);
  value["average_mw"] = milliwatts(total, run.window.length());
  value["peak_mw"] = run.power.peak ? milliwatts(run.power.peak->energy, run.power.peak->span) : Value();
  if (!run.power.peak) notes["power.peak_mw"] = "no spans were recorded";

  std::map<std::string, Attojoules> components;
  for (const platform::ComponentEnergy& component : run.power.components)
    components[component.name] += component.energy;
  Value& by_name = value["components"] = Value(Value::Object{});
  for (const auto& [name, energy] : components) by_name[name] = millijoules(energy);

  std::array<Attojoules, platform::rail_count> rails{};
  for (const platform::ComponentEnergy& component : run.power.components)
    rails[static_cast<std::size_t>(platform::rail_of(component.name))] += component.energy;
  for (const platform::Rail rail : rails_of(run.power)) {
    const auto r = static_cast<std::size_t>(rail);
    value["rails"][platform::rail_names[r]] = millijoules(rails[r]);
  }

  Value& streams = value["streams"] = Value(Value::Object{});
  Attojoules attributed = 0;
  for (const platform::StreamRecord& stream : run.streams) {
    if (!stream.energy) continue;
    streams[stream.name] = millijoules(*stream.energy);
    attributed += *stream.energy;
  }
  if (attributed > total) throw std::logic_error("streams are charged more energy than the components spent");
  value["shared_mj"] = millijoules(total - attributed);
  if (run.power.layers) {
    if (*run.power.layers > attributed) throw std::logic_error("layers are charged more energy than their streams");
    value["layers_mj"] = millijoules(*run.power.layers);
    value["outside_layers_mj"] = millijoules(attributed - *run.power.layers);
  }

  if (!run.power.temperatures.empty()) {
    std::uint64_t peak = 0;
    for (const platform::TemperatureRecord& node : run.power.temperatures) peak = std::max(peak, node.most);
    value["thermal"]["peak_c"] = Decimal{peak, 3};
    value["thermal"]["throttled_ms"] = milliseconds(run.power.hot);
  }
  if (const auto& battery = run.power.battery) {
    const auto percent = [&](Attojoules charge) { return quotient(charge * 100, battery->capacity, 6); };
    value["battery"]["begin_percent"] = percent(battery->begin);
    value["battery"]["end_percent"] = percent(battery->end);
  }
  value["npu"] = npu_power_value(run.power);
  for (const platform::TemperatureRecord& node : run.power.temperatures) {
    Value& temperature = value["temperature_c"][node.node];
    temperature["begin"] = Decimal{node.begin, 3};
    temperature["end"] = Decimal{node.end, 3};
    temperature["max"] = Decimal{node.most, 3};
  }
  return value;
}

}  // namespace takt::results
