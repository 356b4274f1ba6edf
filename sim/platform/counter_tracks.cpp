#include "sim/platform/counter_tracks.h"

namespace takt::platform {

using units::Time;

namespace {
// 1 aJ / 1 ps = 1 uW; 1 byte / 1 ps = 1000 GB/s.
double milliwatts(Attojoules energy, Time length) {
  return static_cast<double>(energy) / static_cast<double>(length.value) / 1000;
}
double gigabytes_per_second(std::uint64_t bytes, Time length) {
  return static_cast<double>(bytes) * 1000 / static_cast<double>(length.value);
}
}  // namespace

CounterTracks::CounterTracks(Soc& soc, const TrafficMeter& meter, const Heat& heat, base::TimelineSink& sink, Time step)
    : soc_(soc), meter_(meter), heat_(heat), sink_(sink), step_(step) {
  power_ = counter("power", "SoC power", "mW");
  for (const char* rail : rail_names) rails_.push_back(counter("power", std::string("rail ") + rail, "mW"));
  for (const std::string& name : soc.power.names()) rail_of_.push_back(static_cast<std::size_t>(rail_of(name)));
  clock_ = counter("power", "NPU clock", "MHz");
  for (const power::ThermalNode& node : heat.nodes()) temperatures_.push_back(counter("temperature", node.name, "C"));
  for (const auto& memory : soc.memories)
    memories_.tracks.push_back(counter("memory", std::string(memory->basename()) + " bandwidth", "GB/s"));
  for (const noc::InitiatorPort& port : soc.noc_config.initiators)
    ports_.tracks.push_back(counter("bandwidth by initiator", port.name, "GB/s"));
  for (const auto& memory : soc.memories)
    for (unsigned c = 0; c < memory->memory().channels(); ++c)
      channels_.tracks.push_back(
          counter("memory channels", std::string(memory->basename()) + " channel " + std::to_string(c), "GB/s"));
  for (Rates* rates : {&memories_, &ports_, &channels_}) rates->before.resize(rates->tracks.size());
}

CounterTracks::Counter CounterTracks::counter(const std::string& group, const std::string& name, const char* unit) {
  return {sink_.counter_track(group, name, unit), -1};
}

void CounterTracks::put(Counter& counter, Time at, double value) {
  if (value == counter.shown) return;
  counter.shown = value;
  sink_.counter(counter.track, at, value);
}

void CounterTracks::write(Time at) {
  if (at <= last_) return;
  put_power(at);
  meter_.look(moved_);
  put_bytes(memories_, moved_.memories, at);
  put_bytes(ports_, moved_.ports, at);
  look_at_channels();
  put_bytes(channels_, channel_bytes_, at);
  const npu::PowerDomain& npu = soc_.npu.power();
  put(clock_, at, npu.state() == TAKT_NPU_ON ? static_cast<double>(npu.clock_hz(npu.level())) / 1e6 : 0);
  for (std::size_t n = 0; n < temperatures_.size(); ++n) put(temperatures_[n], at, heat_.celsius(n));
  last_ = at;
}

void CounterTracks::put_power(Time at) {
  std::array<Attojoules, rail_count> energy{};
  const std::vector<Attojoules> components = soc_.power.energies(at);
  for (std::size_t c = 0; c < components.size(); ++c) energy[rail_of_[c]] += components[c];
  Attojoules all = 0;
  for (std::size_t r = 0; r < rail_count; ++r) {
    const Attojoules spent = energy[r] - energy_[r];
    put(rails_[r], last_, milliwatts(spent, at - last_));
    all += spent;
  }
  put(power_, last_, milliwatts(all, at - last_));
  energy_ = energy;
}

void CounterTracks::put_bytes(Rates& rates, const std::vector<std::uint64_t>& total, Time at) {
  const bool rests = total == rates.before;
  if (rests && rates.rested) return;  // it stands at 0
  for (std::size_t i = 0; i < total.size(); ++i)
    put(rates.tracks[i], last_, gigabytes_per_second(total[i] - rates.before[i], at - last_));
  rates.before = total;
  rates.rested = rests;
}

void CounterTracks::look_at_channels() {
  channel_bytes_.clear();
  for (const auto& dram : soc_.memories) {
    const dram::Memory& memory = dram->memory();
    for (unsigned c = 0; c < memory.channels(); ++c)
      channel_bytes_.push_back(memory.channel(c).bursts() * memory.config().burst_bytes);
  }
}

}  // namespace takt::platform
