#include "sim/results/tables.h"

#include <algorithm>
#include <iterator>

#include "sim/results/document.h"
#include "sim/results/figures.h"
#include "sim/results/streams.h"
#include "traces/formats/csv.h"

namespace takt::results {
namespace {

using platform::Attojoules;
using platform::LayerRecord;
using platform::RequestRecord;
using platform::RequestStatus;

const char* name_of(RequestStatus status) {
  switch (status) {
    case RequestStatus::completed:
      return "completed";
    case RequestStatus::failed:
      return "failed";
    case RequestStatus::dropped:
      return "dropped";
    case RequestStatus::pending:
      break;
  }
  return "pending";
}

std::string time_field(units::Time t) { return t == units::never() ? "" : to_text(microseconds(t)); }

std::string duration_field(units::Time from, units::Time to) {
  return from == units::never() || to == units::never() ? "" : to_text(microseconds(to - from));
}

std::string missed_field(const RequestRecord& request, units::Time end_of_run) {
  const std::optional<bool> missed = missed_deadline(request, end_of_run);
  return missed ? std::to_string(*missed ? 1 : 0) : "";
}

// Of a span that is longer than nothing.
std::string field(const Value& value) {
  std::string text = value.json();
  text.pop_back();
  return text;
}

std::string tokens_field(const RequestRecord& request, std::uint32_t tokens) {
  return request.prompt_tokens == 0 ? "" : std::to_string(tokens);
}

std::string each_token_field(const RequestRecord& request) {
  if (request.status != RequestStatus::completed || request.answer_tokens < 2) return "";
  return to_text(microseconds((request.finished - request.first_token) / (request.answer_tokens - 1)));
}

// Of decisions between device and cloud. Scores where they decided; what the device would take where it takes it.
constexpr const char* placement_columns[] = {"place",     "reason",    "private",      "quality",
                                             "device_us", "device_mj", "device_usd",   "cloud_us",
                                             "cloud_mj",  "cloud_usd", "device_score", "cloud_score"};

void add_prediction(std::vector<std::string>& fields, const offload::Prediction& prediction) {
  fields.push_back(to_text(microseconds(prediction.latency)));
  fields.push_back(to_text(Decimal{prediction.energy, 12}));
  fields.push_back(to_text(Decimal{prediction.price, 12}));
}

void add_placement(std::vector<std::string>& fields, const std::optional<platform::PlacementRecord>& placement) {
  constexpr const char* places[] = {"device", "cloud", "nowhere"};
  if (!placement) {
    fields.emplace_back("device");
    fields.resize(fields.size() + std::size(placement_columns) - 1);
    return;
  }
  const offload::Decision& decision = placement->decision;
  fields.emplace_back(places[static_cast<std::size_t>(placement->place())]);
  fields.emplace_back(offload::name_of(decision.reason));
  fields.emplace_back(placement->is_private ? "1" : "0");
  fields.push_back(std::to_string(placement->quality));
  if (placement->device)
    add_prediction(fields, *placement->device);
  else
    fields.resize(fields.size() + 3);
  add_prediction(fields, placement->cloud);
  const bool scored = decision.reason >= offload::Reason::score;
  fields.push_back(scored ? to_text(Decimal{decision.device_score, 3}) : "");
  fields.push_back(scored ? to_text(Decimal{decision.cloud_score, 3}) : "");
}

void add_energy(std::vector<std::string>& fields, const platform::StreamRecord& stream, std::uint64_t request) {
  if (request >= stream.request_energy.size()) return fields.resize(fields.size() + 2);
  const platform::RequestEnergy& energy = stream.request_energy[request];
  fields.push_back(to_text(millijoules(energy.all)));
  fields.push_back(to_text(millijoules(energy.in_window)));
}

struct LayerCount {
  const char* column;
  std::uint64_t LayerRecord::*count;
};
constexpr LayerCount layer_counts[] = {
    {"runs", &LayerRecord::runs},
    {"tensor_cycles", &LayerRecord::tensor_cycles},
    {"vector_cycles", &LayerRecord::vector_cycles},
    {"dma_in_cycles", &LayerRecord::dma_in_cycles},
    {"dma_out_cycles", &LayerRecord::dma_out_cycles},
    {"overhead_cycles", &LayerRecord::overhead_cycles},
    {"bytes_in", &LayerRecord::bytes_in},
    {"bytes_out", &LayerRecord::bytes_out},
    {"macs", &LayerRecord::useful_macs},
    {"issued_macs", &LayerRecord::issued_macs},
};

}  // namespace

const std::vector<PathColumn>& path_columns() {
  static const std::vector<PathColumn> columns = {
      {"driver", "driver and software stack on the application CPU, before its first job is in the ring"},
      {"firmware", "firmware: its job is in the ring, and the engines are free"},
      {"own", "engines held by another request of its stream"},
      {"others", "engines held by other streams"},
      {"switch", "saving and restoring its preempted job"},
      {"front_end", "fetching programs and commands, nothing else goes on"},
      {"tensor", "tensor engine"},
      {"vector", "vector engine, the tensor engine stands still"},
      {"overhead", "software stack, per operator"},
      {"dma_in", "memory: transfers in, nothing computes"},
      {"dma_out", "memory: transfers out, nothing computes"},
      {"operators", "operators on the application CPU"},
      {"answer",
       "from a job's end to the next one or the caller: firmware's record, interrupt, driver, software stack"},
      {"storage", "storage: its model, or experts that its tokens chose, is read", false},
  };
  return columns;
}

std::string jobs_csv(const platform::RunRecord& run) {
  std::vector<std::string> columns{"stream",        "request",    "measured",    "status",    "submitted_us",
                                   "accepted_us",   "started_us", "finished_us", "wait_us",   "latency_us",
                                   "deadline_us",   "missed",     "preemptions", "fault",     "prompt_tokens",
                                   "answer_tokens", "ttft_us",    "tpot_us",     "energy_mj", "window_energy_mj"};
  const bool decides = std::any_of(run.streams.begin(), run.streams.end(), [](const auto& s) { return s.decides; });
  if (decides) columns.insert(columns.end(), std::begin(placement_columns), std::end(placement_columns));
  traces::CsvTable table(columns);
  for (const platform::StreamRecord& stream : run.streams) {
    std::uint64_t number = 0;
    for (const RequestRecord& r : stream.requests) {
      std::vector<std::string> fields{stream.name,
                                      std::to_string(number++),
                                      in_window(r, run.window) ? "1" : "0",
                                      name_of(r.status),
                                      time_field(r.submitted),
                                      time_field(r.accepted),
                                      time_field(r.started),
                                      time_field(r.finished),
                                      duration_field(r.submitted, r.started),
                                      duration_field(r.submitted, r.finished),
                                      time_field(r.deadline),
                                      missed_field(r, run.simulated),
                                      std::to_string(r.preemptions),
                                      std::to_string(r.fault),
                                      tokens_field(r, r.prompt_tokens),
                                      tokens_field(r, r.answer_tokens),
                                      duration_field(r.submitted, r.first_token),
                                      each_token_field(r)};
      add_energy(fields, stream, number - 1);
      if (decides) add_placement(fields, r.placement);
      table.row(fields);
    }
  }
  return table.text();
}

std::string layers_csv(const platform::RunRecord& run) {
  std::vector<std::string> columns{"model", "index", "name", "op", "bound", "wall_us", "energy_mj"};
  for (const LayerCount& row : layer_counts) columns.emplace_back(row.column);
  for (const std::string& reason : run.stall_reasons) columns.push_back("stall_" + reason + "_us");
  traces::CsvTable table(columns);
  for (const LayerRecord& layer : run.layers) {
    std::vector<std::string> fields{layer.model,
                                    std::to_string(layer.index),
                                    layer.name,
                                    layer.op,
                                    layer.bound,
                                    to_text(microseconds(layer.wall)),
                                    to_text(millijoules(layer.energy))};
    for (const LayerCount& row : layer_counts) fields.push_back(std::to_string(layer.*row.count));
    for (std::size_t i = 0; i < run.stall_reasons.size(); ++i)
      fields.push_back(i < layer.stalls.size() ? to_text(microseconds(layer.stalls[i])) : "");
    table.row(fields);
  }
  return table.text();
}

std::string power_csv(const platform::RunRecord& run) {
  std::vector<std::string> columns{"time_us"};
  const std::vector<platform::Rail> rails = rails_of(run.power);
  for (const platform::Rail rail : rails)
    columns.push_back(std::string(platform::rail_names[static_cast<std::size_t>(rail)]) + "_mw");
  for (const char* rest : {"npu_clock_hz", "npu_c", "skin_c"}) columns.emplace_back(rest);
  traces::CsvTable table(columns);
  units::Time begin = run.window.begin;
  for (const platform::PowerStep& step : run.power.steps) {
    std::vector<std::string> fields{time_field(step.at)};
    for (const platform::Rail rail : rails)
      fields.push_back(
          to_text(quotient(step.rails[static_cast<std::size_t>(rail)], Attojoules{(step.at - begin).value} * 1000, 3)));
    fields.push_back(std::to_string(step.npu_clock_hz));
    fields.push_back(to_text(Decimal{step.npu_millicelsius, 3}));
    fields.push_back(to_text(Decimal{step.skin_millicelsius, 3}));
    table.row(fields);
    begin = step.at;
  }
  return table.text();
}

std::string paths_csv(const platform::RunRecord& run) {
  std::vector<std::string> columns{"stream", "request", "latency_us"};
  for (const PathColumn& each : path_columns())
    if (each.always || run.storage) columns.push_back(std::string(each.name) + "_us");
  columns.emplace_back("blockers");
  traces::CsvTable table(columns);
  for (const platform::StreamRecord& stream : run.streams)
    for (std::size_t i = 0; i < stream.paths.size(); ++i) {
      const RequestRecord& request = stream.requests[i];
      if (request.finished == units::never() || request.offloaded()) continue;
      const platform::PathRecord& path = stream.paths[i];
      std::vector<std::string> fields{stream.name, std::to_string(i),
                                      duration_field(request.submitted, request.finished)};
      for (std::size_t part = 0; part < path.parts.size(); ++part)
        if (path_columns()[part].always || run.storage) fields.push_back(to_text(microseconds(path.parts[part])));
      std::string blockers;
      for (const auto& [other, time] : path.blockers)
        blockers += (blockers.empty() ? "" : " ") + run.streams[other].name + ":" + to_text(microseconds(time));
      fields.push_back(blockers);
      table.row(fields);
    }
  return table.text();
}

std::string timeline_csv(const platform::RunRecord& run) {
  std::vector<std::string> columns{"begin_us", "end_us", "power_mw"};
  for (const platform::MemoryRecord& memory : run.memory.memories) columns.push_back("memory_" + memory.name + "_gbps");
  for (const std::string& port : run.spans.ports) columns.push_back("port_" + port + "_gbps");
  for (const std::string& component : run.spans.components) columns.push_back(component + "_mw");
  traces::CsvTable table(columns);
  for (const platform::SpanRecord& span : run.spans.spans) {
    const units::Time length = span.end - span.begin;
    Attojoules all = 0;
    for (const Attojoules energy : span.components) all += energy;
    std::vector<std::string> fields{to_text(microseconds(span.begin)), to_text(microseconds(span.end)),
                                    field(milliwatts(all, length))};
    for (const std::uint64_t bytes : span.memories) fields.push_back(field(gigabytes_per_second(bytes, length)));
    for (const std::uint64_t bytes : span.ports) fields.push_back(field(gigabytes_per_second(bytes, length)));
    for (const Attojoules energy : span.components) fields.push_back(field(milliwatts(energy, length)));
    table.row(fields);
  }
  return table.text();
}

std::string decisions_csv(const platform::RunRecord& run) {
  traces::CsvTable table({"at_us", "decision", "stream", "request", "step"});
  for (const platform::DecisionRecord& d : run.decisions)
    table.row({to_text(microseconds(d.at)), d.what, run.streams[d.stream].name, std::to_string(d.request),
               std::to_string(d.step)});
  return table.text();
}

std::string trace_points_csv(const platform::RunRecord& run) {
  traces::CsvTable table({"at_us", "instructions", "cycles", "bus_cycles", "point", "argument"});
  for (const platform::TracePointRecord& p : run.trace_points)
    table.row({time_field(p.at), std::to_string(p.instructions), std::to_string(p.cycles), std::to_string(p.bus_cycles),
               p.asleep ? "" : std::to_string(p.point), p.asleep ? "" : std::to_string(p.argument)});
  return table.text();
}

}  // namespace takt::results
