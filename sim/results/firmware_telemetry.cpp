#include "sim/results/firmware_telemetry.h"

#include <iterator>

#include "sim/results/figures.h"
#include "sim/results/value.h"
#include "traces/formats/csv.h"

namespace takt::results {
namespace {

using platform::FirmwareQueueRecord;
using platform::FirmwareSampleRecord;

struct Count {
  const char* name;
  std::uint32_t FirmwareSampleRecord::*count;
};
constexpr Count counts[] = {
    {"interrupts", &FirmwareSampleRecord::interrupts},
    {"slots", &FirmwareSampleRecord::slots},
    {"rejected", &FirmwareSampleRecord::rejected},
    {"dispatches", &FirmwareSampleRecord::dispatches},
    {"jobs_finished", &FirmwareSampleRecord::jobs_finished},
    {"preemptions", &FirmwareSampleRecord::preemptions},
    {"timeouts", &FirmwareSampleRecord::timeouts},
    {"waiting", &FirmwareSampleRecord::waiting},
    {"preemption_limited", &FirmwareSampleRecord::preemption_limited},
    {"kills", &FirmwareSampleRecord::kills},
    {"collateral", &FirmwareSampleRecord::collateral},
};

constexpr const char* bands[] = {"idle", "normal", "focus", "realtime"};

Value queue_value(const FirmwareQueueRecord& queue, const std::vector<std::string>& streams) {
  Value value;
  value["queue"] = queue.queue;
  if (queue.band < std::size(bands))
    value["band"] = bands[queue.band];
  else
    value["band"] = queue.band;
  value["context"] = queue.context;
  value["stopped"] = queue.stopped;
  value["suspended"] = queue.suspended;
  value["running"] = queue.running;
  value["waiting"] = queue.waiting;
  value["ring_head"] = queue.ring_head;
  value["job"] = nullptr;
  if (queue.job == 0) return value;
  value["job"]["id"] = queue.job;
  if (!queue.of) return value;
  value["job"]["stream"] = streams.at(queue.of->stream);
  value["job"]["request"] = queue.of->request;
  value["job"]["step"] = queue.of->step;
  return value;
}

}  // namespace

std::string firmware_metrics_csv(const platform::RunRecord& run) {
  std::vector<std::string> columns{"time_us", "boot", "lost", "busy_us"};
  for (const Count& row : counts) columns.emplace_back(row.name);
  traces::CsvTable table(columns);
  for (const FirmwareSampleRecord& sample : run.firmware_metrics->samples) {
    std::vector<std::string> fields{to_text(microseconds(sample.at)), std::to_string(sample.boot),
                                    std::to_string(sample.lost), to_text(microseconds(sample.busy))};
    for (const Count& row : counts) fields.push_back(std::to_string(sample.*row.count));
    table.row(fields);
  }
  return table.text();
}

std::string firmware_state_json(const platform::FirmwareStateRecord& state, const std::vector<std::string>& streams) {
  Value document;
  document["schema"] = "takt-firmware-state/1";
  document["time_us"] = microseconds(state.now.at);
  document["busy_us"] = microseconds(state.now.busy);
  for (const Count& row : counts) document[row.name] = state.now.*row.count;
  Value::Array queues;
  for (const FirmwareQueueRecord& queue : state.queues) queues.push_back(queue_value(queue, streams));
  document["queues"] = std::move(queues);
  return document.json();
}

}  // namespace takt::results
