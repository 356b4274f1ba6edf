#include "sim/replay/replay_text.h"

#include <fmt/format.h>

#include "sim/replay/bank_picture.h"
#include "sim/replay/memory_document.h"
#include "sim/replay/text.h"
#include "sim/results/figures.h"
#include "sim/results/text_table.h"

namespace takt::replay {
namespace {

using results::Align;
using results::TextTable;

std::string ns(units::Time t) { return fixed(results::nanoseconds(t), 1); }
std::string mj(Attojoules energy) { return fixed(results::millijoules(energy), 6); }
std::string mw(Attojoules energy, units::Time time) {
  return ratio(energy, static_cast<unsigned __int128>(time.value) * 1000, 1);
}
std::string pj_bit(Attojoules energy, std::uint64_t bytes) {
  return ratio(energy, static_cast<unsigned __int128>(bytes) * 8000000, 3);
}

std::string header(const ReplayRecord& replay) {
  const ReplayOutcome& o = replay.outcome;
  const dram::Traffic& t = replay.memory.statistics.total;
  std::string text = fmt::format("{} ({}) on {}: {} accesses, {}, {}; {} us simulated\n", replay.trace, replay.format,
                                 replay.provenance.preset, o.accesses, replay.timing, replay.fidelity,
                                 fixed(results::microseconds(o.end), 3));
  if (o.requests != o.accesses)
    text += fmt::format("accesses of more than {} rows count as several: {} requests\n", rows_at_once, o.requests);
  if (o.late != 0)
    text += fmt::format("{} accesses were handed over late, by up to {} ns: {} in flight was the bound\n", o.late,
                        ns(o.latest), replay.outstanding);
  const std::uint64_t requested = t.requested_read + t.requested_written;
  if (requested < replay.memory.bytes())
    text += fmt::format("{} % of the bytes at the pins were asked for\n", percent(requested, replay.memory.bytes()));
  return text;
}

std::string bandwidth_line(const ReplayRecord& replay) {
  const MemoryFigures& m = replay.memory;
  const std::uint64_t peak = dram::peak_bytes_per_second(m.config);
  const std::uint64_t possible = units::mul_div(peak, m.end.value, units::picoseconds_per_second);
  return fmt::format("{} GB/s, {} % of {} GB/s; busiest {} us {} GB/s; idle {} %", gbps(m.bytes(), m.end),
                     percent(m.bytes(), possible), fixed({peak, 9}, 1), fixed(results::microseconds(m.peak_span()), 0),
                     gbps(m.statistics.peak_window_bytes, m.peak_span()), ratio(m.idle() * 100, m.channel_time(), 1));
}

std::string latencies(const dram::Traffic& total) {
  TextTable table(
      {Align::left, Align::right, Align::right, Align::right, Align::right, Align::right, Align::right, Align::right});
  table.row({"latency, ns", "accesses", "MB", "mean", "p50", "p90", "p99", "max"});
  const auto row = [&](const char* name, const dram::Latencies& l, std::uint64_t bytes) {
    if (l.samples() == 0) return;
    table.row({name, std::to_string(l.samples()), fixed({bytes, 6}, 3), ns(l.mean()), ns(l.percentile(50)),
               ns(l.percentile(90)), ns(l.percentile(99)), ns(l.max())});
  };
  row("  reads", total.read_latency, total.requested_read);
  row("  writes", total.write_latency, total.requested_written);
  return table.text();
}

std::string rows_line(const MemoryFigures& m) {
  const dram::Traffic& t = m.statistics.total;
  const std::uint64_t hits = row_hits(m.bytes() / m.config.burst_bytes, t.activations);
  const std::uint64_t all = hits + t.activations;
  return fmt::format("hits {} %, misses {} %, conflicts {} %; {} activations", percent(hits, all),
                     percent(t.row_misses, all), percent(t.row_conflicts, all), t.activations);
}

std::string energy_line(const MemoryFigures& m) {
  const Attojoules total = m.energy.total();
  std::string line = fmt::format("{} mJ, {} mW, {} pJ/bit ({} without PHY and controller)", mj(total), mw(total, m.end),
                                 pj_bit(total, m.bytes()), pj_bit(total - m.energy[EnergyPart::phy], m.bytes()));
  return line;
}

std::string energies(const MemoryFigures& m) {
  TextTable table({Align::left, Align::right, Align::right, Align::right});
  table.row({"energy", "mJ", "%", "pJ/bit"});
  const Attojoules total = m.energy.total();
  for (unsigned i = 0; i < energy_parts; ++i) {
    const EnergyPart part = static_cast<EnergyPart>(i);
    if (m.energy[part] == 0) continue;
    std::string name = name_of(part);
    for (char& c : name)
      if (c == '_') c = ' ';
    table.row(
        {"  " + name, mj(m.energy[part]), ratio(m.energy[part] * 100, total, 1), pj_bit(m.energy[part], m.bytes())});
  }
  return table.text();
}

std::string channels(const MemoryFigures& m) {
  TextTable table({Align::left, Align::right, Align::right, Align::right, Align::right, Align::right, Align::right,
                   Align::right, Align::right, Align::right});
  table.row(
      {"channels", "GB/s", "reads", "writes", "hits %", "activations", "turnarounds", "refreshes", "idle %", "mW"});
  for (std::size_t i = 0; i < m.channels.size(); ++i) {
    const ChannelFigures& c = m.channels[i];
    table.row({fmt::format("  ch{}", i), gbps(c.bursts() * m.config.burst_bytes, m.end), std::to_string(c.counts.reads),
               std::to_string(c.counts.writes), percent(row_hits(c.bursts(), c.counts.activations), c.bursts()),
               std::to_string(c.counts.activations), std::to_string(c.turnarounds), std::to_string(c.refreshes),
               percent(c.idle.value, m.end.value), mw(c.energy.total(), m.end)});
  }
  return table.text();
}

std::string initiators(const ReplayRecord& replay) {
  const MemoryFigures& m = replay.memory;
  TextTable table({Align::left, Align::right, Align::right, Align::right, Align::right, Align::right, Align::right});
  table.row({"initiators", "GB/s", "reads", "writes", "read ns", "read p99", "mJ of commands"});
  for (std::size_t i = 0; i < m.statistics.initiators.size() && i < replay.initiators.size(); ++i) {
    const dram::Traffic& t = m.statistics.initiators[i];
    const dram::Latencies& reads = t.read_latency;
    const dram::Latencies& writes = t.write_latency;
    if (reads.samples() + writes.samples() == 0) continue;
    table.row({"  " + replay.initiators[i], gbps(t.bytes_read + t.bytes_written, m.end),
               std::to_string(reads.samples()), std::to_string(writes.samples()),
               reads.samples() == 0 ? "-" : ns(reads.mean()), reads.samples() == 0 ? "-" : ns(reads.percentile(99)),
               mj(energy_of(m.config, t).total())});
  }
  return table.text();
}

}  // namespace

std::string replay_text(const ReplayRecord& replay) {
  const MemoryFigures& m = replay.memory;
  TextTable lines({Align::left, Align::left});
  lines.row({"bandwidth", bandwidth_line(replay)});
  lines.row({"rows", rows_line(m)});
  lines.row({"bus", fmt::format("{} turnarounds, {} refreshes", m.statistics.total.turnarounds, m.refreshes())});
  lines.row({"energy", energy_line(m)});
  std::string text = header(replay) + "\n" + lines.text() + "\n" + latencies(m.statistics.total) + "\n" + energies(m) +
                     "\n" + channels(m) + "\n" + initiators(replay) + "\n" + bank_picture(m);
  if (!replay.provenance.estimates.empty())
    text += fmt::format("\nrests on {} estimated figures of the preset (results.json: estimates)\n",
                        replay.provenance.estimates.size());
  return text;
}

}  // namespace takt::replay
