#include "sim/replay/memory_document.h"

#include "sim/replay/text.h"
#include "sim/results/document.h"
#include "sim/results/figures.h"

namespace takt::replay {
namespace {

using results::Value;

constexpr std::uint64_t bits_per_byte = 8;
constexpr std::uint64_t aj_per_pj = 1000000;

struct TrafficCount {
  const char* key;
  std::uint64_t dram::Traffic::*count;
};
constexpr TrafficCount traffic_counts[] = {
    {"bytes_read", &dram::Traffic::bytes_read},
    {"bytes_written", &dram::Traffic::bytes_written},
    {"requested_bytes_read", &dram::Traffic::requested_read},
    {"requested_bytes_written", &dram::Traffic::requested_written},
    {"row_misses", &dram::Traffic::row_misses},
    {"row_conflicts", &dram::Traffic::row_conflicts},
    {"activations", &dram::Traffic::activations},
};

void put_traffic(Value& value, const dram::Config& config, const dram::Traffic& traffic, const std::string& path,
                 Value& notes) {
  const std::uint64_t bursts = (traffic.bytes_read + traffic.bytes_written) / config.burst_bytes;
  const std::uint64_t hits = row_hits(bursts, traffic.activations);
  for (const TrafficCount& row : traffic_counts) value[row.key] = traffic.*row.count;
  value["row_hits"] = hits;
  value["row_hit_rate"] = results::share(hits, bursts);
  if (bursts == 0) notes[path + ".row_hit_rate"] = "no access";
  value["read_latency_ns"] = latency_ns(traffic.read_latency, path + ".read_latency_ns", notes);
  value["write_latency_ns"] = latency_ns(traffic.write_latency, path + ".write_latency_ns", notes);
}

Value initiator_value(const dram::Config& config, const dram::Traffic& traffic, units::Time time,
                      const std::string& path, Value& notes) {
  const std::uint64_t bytes = traffic.bytes_read + traffic.bytes_written;
  dram::Latencies all = traffic.read_latency;
  all.add(traffic.write_latency);
  Value value;
  put_traffic(value, config, traffic, path, notes);
  value["bytes"] = bytes;
  value["bandwidth_gbps"] = results::gigabytes_per_second(bytes, time);
  value["latency_ns"] = results::nanoseconds(all.mean());
  value["command_energy_mj"] = results::millijoules(energy_of(config, traffic).total());
  return value;
}

Value channel_value(const MemoryFigures& figures, const ChannelFigures& channel, std::size_t number) {
  const dram::Config& c = figures.config;
  const std::uint64_t bytes = channel.bursts() * c.burst_bytes;
  Value value;
  value["name"] = std::to_string(number);
  value["bytes_read"] = channel.counts.reads * c.burst_bytes;
  value["bytes_written"] = channel.counts.writes * c.burst_bytes;
  value["bandwidth_gbps"] = results::gigabytes_per_second(bytes, figures.end);
  value["activations"] = channel.counts.activations;
  value["row_conflicts"] = channel.counts.conflicts;
  value["row_hit_rate"] = results::share(row_hits(channel.bursts(), channel.counts.activations), channel.bursts());
  value["turnarounds"] = channel.turnarounds;
  value["refreshes"] = channel.refreshes;
  value["idle_share"] = results::share(channel.idle.value, figures.end.value);
  value["energy_mj"] = results::millijoules(channel.energy.total());
  value["average_mw"] = results::milliwatts(channel.energy.total(), figures.end);
  return value;
}

}  // namespace

Value memory_value(const MemoryFigures& figures, const std::string& preset, const std::vector<std::string>& initiators,
                   Value& notes) {
  const dram::Traffic& total = figures.statistics.total;
  const std::uint64_t peak = dram::peak_bytes_per_second(figures.config);
  Value value;
  value["presets"] = Value::Array{preset};
  put_traffic(value, figures.config, total, "memory", notes);
  value["bandwidth_gbps"]["average"] = results::gigabytes_per_second(figures.bytes(), figures.end);
  value["bandwidth_gbps"]["peak"] =
      results::gigabytes_per_second(figures.statistics.peak_window_bytes, figures.peak_span());
  value["peak_gbps"] = results::Decimal{peak, 9};
  value["turnarounds"] = total.turnarounds;
  value["refreshes"] = figures.refreshes();
  dram::Latencies all = total.read_latency;
  all.add(total.write_latency);
  value["latency_ns"] = latency_ns(all, "memory.latency_ns", notes);
  Value::Array channels;
  for (std::size_t i = 0; i < figures.channels.size(); ++i)
    channels.push_back(channel_value(figures, figures.channels[i], i));
  value["idle_share"] =
      figures.end.value == 0 ? Value() : Value(results::quotient(figures.idle(), figures.channel_time(), 9));
  value["channels"] = std::move(channels);
  Value& by_name = value["initiators"] = Value(Value::Object{});
  for (std::size_t i = 0; i < figures.statistics.initiators.size() && i < initiators.size(); ++i) {
    const dram::Traffic& traffic = figures.statistics.initiators[i];
    if (traffic.requested_read + traffic.requested_written == 0) continue;
    by_name[initiators[i]] =
        initiator_value(figures.config, traffic, figures.end, "memory.initiators." + initiators[i], notes);
  }
  return value;
}

Value power_value(const MemoryFigures& figures, Value& notes) {
  const Attojoules total = figures.energy.total();
  Value value;
  value["energy_mj"] = results::millijoules(total);
  value["average_mw"] = results::milliwatts(total, figures.end);
  value["peak_mw"] = nullptr;
  notes["power.peak_mw"] = "energy is folded once, at the end";
  value["pj_per_bit"] = pj_per_bit(total, figures.bytes());
  value["device_pj_per_bit"] = pj_per_bit(total - figures.energy[EnergyPart::phy], figures.bytes());
  if (figures.bytes() == 0) notes["power.pj_per_bit"] = notes["power.device_pj_per_bit"] = "nothing was moved";
  Value& components = value["components"] = Value(Value::Object{});
  for (unsigned i = 0; i < energy_parts; ++i) {
    const EnergyPart part = static_cast<EnergyPart>(i);
    components[name_of(part)] = results::millijoules(figures.energy[part]);
  }
  return value;
}

Value document_head(const Provenance& provenance, const std::string& fidelity, const platform::HostRecord& host) {
  Value document;
  document["schema"] = results::schema;
  document["takt_version"] = TAKT_VERSION;
  document["config_hash"] = provenance.config_hash;
  document["fidelity"] = fidelity;
  document["estimates"] = Value::Array(provenance.estimates.begin(), provenance.estimates.end());
  document["notes"] = Value(Value::Object{});
  document["host"]["wall_s"] = results::Decimal{host.wall_ns, 9};
  document["host"]["peak_rss_mb"] = results::quotient(host.peak_rss_bytes, 1000000, 1);
  return document;
}

Value pj_per_bit(Attojoules energy, std::uint64_t bytes) {
  if (bytes == 0) return nullptr;
  return results::quotient(energy, static_cast<unsigned __int128>(bytes) * bits_per_byte * aj_per_pj, 6);
}

}  // namespace takt::replay
