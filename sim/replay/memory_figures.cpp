#include "sim/replay/memory_figures.h"

namespace takt::replay {
namespace {

using units::Time;

void add(dram::Counts& to, const dram::Counts& from) {
  to.reads += from.reads;
  to.writes += from.writes;
  to.activations += from.activations;
  to.conflicts += from.conflicts;
}

ChannelFigures channel_figures(const dram::Config& config, const dram::Controller& channel, Time end) {
  const units::Clock& clock = channel.durations().clock;
  const dram::Cycle cycle = clock.index_at_or_after(end).value;
  ChannelFigures figures;
  figures.banks = channel.banks();
  for (const dram::Counts& bank : figures.banks) add(figures.counts, bank);
  figures.refreshes = channel.refreshes(cycle);
  figures.turnarounds = channel.turnarounds();
  const dram::Cycle data_end = channel.data_end();
  figures.idle = clock.duration(units::Cycles(channel.idle() + (cycle > data_end ? cycle - data_end : 0)));
  figures.states = channel.states(cycle);
  figures.energy = energy_of(config, figures.counts);
  figures.energy += energy_of(config, figures.refreshes, figures.states);
  return figures;
}

}  // namespace

MemoryFigures take_figures(dram::Memory& memory, Time end) {
  memory.settle(end);
  MemoryFigures figures;
  figures.config = memory.config();
  figures.end = end;
  figures.statistics = memory.statistics();
  for (unsigned i = 0; i < memory.channels(); ++i) {
    figures.channels.push_back(channel_figures(figures.config, memory.channel(i), end));
    figures.energy += figures.channels.back().energy;
  }
  return figures;
}

unsigned __int128 MemoryFigures::idle() const {
  unsigned __int128 sum = 0;
  for (const ChannelFigures& channel : channels) sum += channel.idle.value;
  return sum;
}

Energy energy_of(const dram::Config& config, const dram::Traffic& traffic) {
  dram::Counts counts;
  counts.reads = traffic.bytes_read / config.burst_bytes;
  counts.writes = traffic.bytes_written / config.burst_bytes;
  counts.activations = traffic.activations;
  return energy_of(config, counts);
}

std::string bank_name(const dram::Config& config, unsigned bank) {
  const unsigned group = bank % config.bank_groups;
  const unsigned in_group = bank / config.bank_groups % config.banks_per_group;
  const unsigned rank = bank / (config.bank_groups * config.banks_per_group);
  std::string name;
  if (config.ranks > 1) name += "r" + std::to_string(rank) + " ";
  if (config.bank_groups > 1) name += "g" + std::to_string(group) + " ";
  return name + "b" + std::to_string(in_group);
}

}  // namespace takt::replay
