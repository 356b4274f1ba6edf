#include "sim/replay/curve_document.h"

#include "sim/replay/memory_document.h"
#include "sim/replay/text.h"
#include "sim/results/figures.h"

namespace takt::replay {
namespace {

using results::Value;

Value point_value(const LoadPoint& point, const std::string& path, Value& notes) {
  Value value;
  if (point.load.kind == LoadKind::offered) value["offered_gbps"] = results::Decimal{point.load.bytes_per_second, 9};
  value["served_gbps"] = results::gigabytes_per_second(point.served_bytes, point.span);
  value["measured_ns"] = results::nanoseconds(point.span);
  value["read_latency_ns"] = latency_ns(point.reads, path + ".read_latency_ns", notes);
  value["write_latency_ns"] = latency_ns(point.writes, path + ".write_latency_ns", notes);
  value["row_hit_rate"] = results::share(row_hits(point.bursts, point.activations), point.bursts);
  value["refreshes"] = point.refreshes;
  value["pj_per_bit"] = pj_per_bit(point.energy.total(), point.pin_bytes());
  value["average_mw"] = results::milliwatts(point.energy.total(), point.span);
  return value;
}

Value curve_value(const Curve& curve, const dram::Config& memory, Value& notes) {
  const std::string path = "curves[" + curve.name() + "]";
  Value value;
  value["name"] = curve.name();
  value["pattern"] = std::string(curve.pattern->name);
  value["access_bytes"] = bytes_of(*curve.pattern, memory);
  value["read_percent"] = curve.read_percent;
  value["unloaded"] = point_value(curve.unloaded, path + ".unloaded", notes);
  value["saturated"] = point_value(curve.saturated, path + ".saturated", notes);
  value["efficiency"] = results::share(rate_of(curve.saturated), dram::peak_bytes_per_second(memory));
  value["knee_gbps"] = curve.knee_reached ? Value(results::Decimal{curve.knee_bytes_per_second, 9}) : Value();
  if (!curve.knee_reached) notes[path + ".knee_gbps"] = "saturated before the latency doubles at an offered load";
  Value::Array points;
  for (std::size_t i = 0; i < curve.points.size(); ++i)
    points.push_back(point_value(curve.points[i], path + ".points[" + std::to_string(i) + "]", notes));
  value["points"] = std::move(points);
  return value;
}

}  // namespace

results::Value curves_document(const CurvesRecord& record, const platform::HostRecord& host) {
  Value document = document_head(record.provenance, record.fidelity, host);
  Value& notes = document["notes"];
  document["seed"] = record.options.seed;
  document["memory"]["presets"] = Value::Array{record.provenance.preset};
  document["memory"]["peak_gbps"] = results::Decimal{dram::peak_bytes_per_second(record.memory), 9};
  Value::Array curves;
  for (const Curve& curve : record.curves) curves.push_back(curve_value(curve, record.memory, notes));
  document["curves"] = std::move(curves);
  return document;
}

}  // namespace takt::replay
