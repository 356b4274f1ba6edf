#include "sim/replay/curve_text.h"

#include <fmt/format.h>

#include "sim/replay/memory_figures.h"
#include "sim/replay/text.h"
#include "sim/results/figures.h"
#include "sim/results/text_table.h"
#include "traces/formats/csv.h"

namespace takt::replay {
namespace {

using results::Align;
using results::TextTable;

std::string ns(units::Time t) { return fixed(results::nanoseconds(t), 1); }
std::string rate(std::uint64_t bytes_per_second, unsigned places = 1) { return fixed({bytes_per_second, 9}, places); }

std::string pj_bit(const LoadPoint& p) {
  return ratio(p.energy.total(), static_cast<unsigned __int128>(p.pin_bytes()) * 8000000, 2);
}
std::string milliwatts(const LoadPoint& p, unsigned places) {
  return ratio(p.energy.total(), static_cast<unsigned __int128>(p.span.value) * 1000, places);
}
std::string hits(const LoadPoint& p) { return percent(row_hits(p.bursts, p.activations), p.bursts); }

std::string overview(const CurvesRecord& record) {
  const std::uint64_t peak = dram::peak_bytes_per_second(record.memory);
  TextTable table({Align::left, Align::right, Align::right, Align::right, Align::right, Align::right, Align::right,
                   Align::right, Align::right, Align::right});
  table.row({"pattern", "reads %", "unloaded ns", "knee GB/s", "saturated GB/s", "% of peak", "row hits %", "pJ/bit",
             "mW", "mW at 5 %"});
  for (const Curve& c : record.curves) {
    table.row({std::string(c.pattern->name), std::to_string(c.read_percent), ns(c.unloaded.latency().mean()),
               (c.knee_reached ? "" : "> ") + rate(c.knee_bytes_per_second), rate(rate_of(c.saturated)),
               percent(rate_of(c.saturated), peak), hits(c.saturated), pj_bit(c.saturated), milliwatts(c.saturated, 0),
               c.points.empty() ? "-" : milliwatts(c.points.front(), 0)});
  }
  return table.text();
}

const LoadPoint* point_of(const Curve* curve, std::uint64_t bytes_per_second) {
  if (curve == nullptr) return nullptr;
  for (const LoadPoint& p : curve->points)
    if (p.load.bytes_per_second == bytes_per_second) return &p;
  return nullptr;
}

const Curve* curve_of(const CurvesRecord& record, const Pattern* pattern, unsigned read_percent) {
  for (const Curve& c : record.curves)
    if (c.pattern == pattern && c.read_percent == read_percent) return &c;
  return nullptr;
}

// Mean and p99 of one pattern by load; "-" beyond what the memory follows.
std::string latencies(const CurvesRecord& record, const Pattern* pattern) {
  const std::uint64_t peak = dram::peak_bytes_per_second(record.memory);
  std::vector<Align> columns{Align::left, Align::right};
  std::vector<std::string> head{fmt::format("{}, GB/s", pattern->name), "% of peak"};
  for (const unsigned reads : record.options.read_percents) {
    columns.insert(columns.end(), {Align::right, Align::right});
    head.insert(head.end(), {fmt::format("r{} mean", reads), "p99"});
  }
  TextTable table(columns);
  table.row(head);
  for (const std::uint64_t load : offered_loads(record.memory, record.options.points)) {
    std::vector<std::string> cells{"  " + rate(load), percent(load, peak, 0)};
    bool any = false;
    for (const unsigned reads : record.options.read_percents) {
      const LoadPoint* p = point_of(curve_of(record, pattern, reads), load);
      any = any || p != nullptr;
      cells.push_back(p != nullptr ? ns(p->latency().mean()) : "-");
      cells.push_back(p != nullptr ? ns(p->latency().percentile(99)) : "-");
    }
    if (any) table.row(cells);
  }
  return table.text();
}

std::string latency_field(const dram::Latencies& l, units::Time t) {
  return l.samples() == 0 ? "" : results::to_text(results::nanoseconds(t));
}

const char* name_of(LoadKind kind) {
  switch (kind) {
    case LoadKind::unloaded:
      return "unloaded";
    case LoadKind::saturated:
      return "saturated";
    case LoadKind::offered:
      break;
  }
  return "offered";
}

void csv_row(traces::CsvTable& table, const dram::Config& memory, const Curve& curve, const LoadPoint& p) {
  const std::uint64_t peak = dram::peak_bytes_per_second(memory);
  std::vector<std::string> fields{std::string(curve.pattern->name),
                                  std::to_string(bytes_of(*curve.pattern, memory)),
                                  std::to_string(curve.read_percent),
                                  name_of(p.load.kind),
                                  p.load.kind == LoadKind::offered ? rate(p.load.bytes_per_second, 6) : "",
                                  rate(rate_of(p), 6),
                                  percent(rate_of(p), peak, 4)};
  for (const dram::Latencies* l : {&p.reads, &p.writes}) {
    for (const units::Time t : {l->mean(), l->percentile(50), l->percentile(90), l->percentile(99), l->max()})
      fields.push_back(latency_field(*l, t));
  }
  fields.push_back(percent(row_hits(p.bursts, p.activations), p.bursts, 4));
  fields.push_back(std::to_string(p.refreshes));
  fields.push_back(ratio(p.energy.total(), static_cast<unsigned __int128>(p.pin_bytes()) * 8000000, 6));
  fields.push_back(milliwatts(p, 6));
  table.row(fields);
}

}  // namespace

std::string curves_text(const CurvesRecord& record) {
  std::string text =
      fmt::format("{}: {} GB/s peak, {} channels; {}\n\n", record.provenance.preset,
                  rate(dram::peak_bytes_per_second(record.memory)), record.memory.channels, record.fidelity);
  text += overview(record);
  text += "\nknee: mean latency twice the unloaded one; saturated: the memory's queues are kept full\n";
  for (const Pattern* pattern : record.options.patterns) text += fmt::format("\n{}", latencies(record, pattern));
  text += "\nlatency of reads in ns (r0: of writes, to their entry into the write queue), against the load served\n";
  if (!record.provenance.estimates.empty())
    text += fmt::format("rests on {} estimated figures of the preset (results.json: estimates)\n",
                        record.provenance.estimates.size());
  return text;
}

std::string curves_csv(const CurvesRecord& record) {
  traces::CsvTable table({"pattern",      "access_bytes",    "read_percent",    "load",         "offered_gbps",
                          "served_gbps",  "percent_of_peak", "read_mean_ns",    "read_p50_ns",  "read_p90_ns",
                          "read_p99_ns",  "read_max_ns",     "write_mean_ns",   "write_p50_ns", "write_p90_ns",
                          "write_p99_ns", "write_max_ns",    "row_hit_percent", "refreshes",    "pj_per_bit",
                          "average_mw"});
  for (const Curve& curve : record.curves) {
    csv_row(table, record.memory, curve, curve.unloaded);
    for (const LoadPoint& point : curve.points) csv_row(table, record.memory, curve, point);
    csv_row(table, record.memory, curve, curve.saturated);
  }
  return table.text();
}

}  // namespace takt::replay
