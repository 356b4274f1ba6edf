#include "sim/results/tables.h"

#include "sim/results/figures.h"
#include "sim/results/streams.h"
#include "traces/formats/csv.h"

namespace takt::results {
namespace {

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

std::string tokens_field(const RequestRecord& request, std::uint32_t tokens) {
  return request.prompt_tokens == 0 ? "" : std::to_string(tokens);
}

std::string each_token_field(const RequestRecord& request) {
  if (request.status != RequestStatus::completed || request.answer_tokens < 2) return "";
  return to_text(microseconds((request.finished - request.first_token) / (request.answer_tokens - 1)));
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

std::string jobs_csv(const platform::RunRecord& run) {
  traces::CsvTable table({"stream", "request", "measured", "status", "submitted_us", "accepted_us", "started_us",
                          "finished_us", "wait_us", "latency_us", "deadline_us", "missed", "preemptions", "fault",
                          "prompt_tokens", "answer_tokens", "ttft_us", "tpot_us"});
  for (const platform::StreamRecord& stream : run.streams) {
    std::uint64_t number = 0;
    for (const RequestRecord& r : stream.requests)
      table.row({stream.name, std::to_string(number++), in_window(r, run.window) ? "1" : "0", name_of(r.status),
                 time_field(r.submitted), time_field(r.accepted), time_field(r.started), time_field(r.finished),
                 duration_field(r.submitted, r.started), duration_field(r.submitted, r.finished),
                 time_field(r.deadline), missed_field(r, run.simulated), std::to_string(r.preemptions),
                 std::to_string(r.fault), tokens_field(r, r.prompt_tokens), tokens_field(r, r.answer_tokens),
                 duration_field(r.submitted, r.first_token), each_token_field(r)});
  }
  return table.text();
}

std::string layers_csv(const platform::RunRecord& run) {
  std::vector<std::string> columns{"model", "index", "name", "op", "bound", "wall_us"};
  for (const LayerCount& row : layer_counts) columns.emplace_back(row.column);
  for (const std::string& reason : run.stall_reasons) columns.push_back("stall_" + reason + "_us");
  traces::CsvTable table(columns);
  for (const LayerRecord& layer : run.layers) {
    std::vector<std::string> fields{layer.model, std::to_string(layer.index),      layer.name, layer.op,
                                    layer.bound, to_text(microseconds(layer.wall))};
    for (const LayerCount& row : layer_counts) fields.push_back(std::to_string(layer.*row.count));
    for (std::size_t i = 0; i < run.stall_reasons.size(); ++i)
      fields.push_back(i < layer.stalls.size() ? to_text(microseconds(layer.stalls[i])) : "");
    table.row(fields);
  }
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
