// DISB (SJTU-IPADS/disb): `time` in seconds and an array of `tasks`, each with an `id`, a `load` and a `client`. What a
// load means is that of its src/load.cpp: a client has one request under way, and gives up one that has not begun when
// the next is due.
#include "traces/formats/requests/workload_formats.h"

namespace takt::traces {
namespace {

using Kind = JsonValue::Kind;

constexpr std::int64_t most_seconds = 1000000;

const JsonValue& member(const JsonValue& object, const char* key, const char* of) {
  const JsonValue* value = object.find(key);
  if (value == nullptr)
    throw MemoryTraceError(object.place, "no '" + std::string(key) + "'", "one in each " + std::string(of));
  return *value;
}

std::uint64_t frequency_of(const JsonValue& load) {
  const JsonValue& frequency = member(load, "frequency", "load of this type");
  const std::uint64_t millihertz = thousandths_of(frequency, "'frequency'", 1000000);
  if (millihertz == 0) throw MemoryTraceError(frequency.place, "0 for 'frequency'", "more than 0");
  return millihertz;
}

void read_trace(WorkloadTask& task, const JsonValue& load) {
  const JsonValue& trace = expect(member(load, "trace", "load of this type"), Kind::array, "'trace'");
  std::int64_t before = 0;
  for (const JsonValue& at : trace.elements) {
    before = integer_of(at, "a time in milliseconds", before, most_seconds * 1000);
    task.times.push_back(units::milliseconds(static_cast<std::uint64_t>(before)));
  }
  if (task.times.empty()) throw MemoryTraceError(trace.place, "an empty 'trace'", "a time at least");
}

void read_dependency(WorkloadTask& task, const JsonValue& load) {
  const JsonValue& before = expect(member(load, "prev_task_ids", "load of this type"), Kind::array, "'prev_task_ids'");
  if (before.elements.size() != 1)
    throw MemoryTraceError(before.place, std::to_string(before.elements.size()) + " tasks in 'prev_task_ids'",
                           "one: a stream is after one other");
  task.after = stream_name(expect(before.elements[0], Kind::string, "a task").text);
}

// Its files say it in the name: real-time, or best effort.
Urgency urgency_of(const std::string& name) {
  const std::string end = name.size() < 3 ? name : name.substr(name.size() - 3);
  return end == "_rt" ? Urgency::realtime : Urgency::normal;
}

void read_load(WorkloadTask& task, const JsonValue& load) {
  const JsonValue& type = expect(member(load, "type", "load"), Kind::string, "'type'");
  task.newest_only = true;
  if (type.text == "periodic") {
    task.load = Load::periodic;
    task.period_us = period_us_of(frequency_of(load));
  } else if (type.text == "poisson") {
    task.load = Load::poisson;
    task.rate_thousandths = frequency_of(load);
  } else if (type.text == "continuous") {
    task.load = Load::closed_loop;
    task.newest_only = false;
  } else if (type.text == "trace") {
    task.load = Load::trace;
    read_trace(task, load);
  } else if (type.text == "dependent") {
    task.load = Load::dependent;
    read_dependency(task, load);
  } else {
    throw MemoryTraceError(type.place, shown(type.text) + " for 'type'",
                           "periodic, poisson, continuous, trace or dependent");
  }
}

}  // namespace

Workload disb_workload(const JsonValue& root) {
  Workload workload;
  workload.format = "disb";
  if (const JsonValue* time = root.find("time"))
    workload.duration_us = static_cast<std::uint64_t>(integer_of(*time, "'time'", 0, most_seconds)) * 1000000;
  for (const JsonValue& element : root.find("tasks")->elements) {
    expect(element, Kind::object, "a task");
    WorkloadTask task;
    task.place = element.place;
    task.name = stream_name(expect(member(element, "id", "task"), Kind::string, "'id'").text);
    task.urgency = urgency_of(task.name);
    read_load(task, expect(member(element, "load", "task"), Kind::object, "'load'"));
    const JsonValue& client = expect(member(element, "client", "task"), Kind::object, "'client'");
    const JsonValue* network = client.find("model_name");
    task.network = expect(network != nullptr ? *network : member(client, "name", "client"), Kind::string,
                          network != nullptr ? "'model_name'" : "'name'")
                       .text;
    if (const JsonValue* batch = client.find("batch_size"))
      task.batch = static_cast<std::uint64_t>(integer_of(*batch, "'batch_size'", 1, 1024));
    workload.tasks.push_back(std::move(task));
  }
  return workload;
}

}  // namespace takt::traces
