// rt-app (scheduler-tools/rt-app, doc/tutorial.txt): threads that run, sleep and are woken. A thread becomes a stream
// of requests of its work: with a timer, one each period; with `sleep`, one each run + sleep, as nobody else is in its
// way; with `suspend`, one after each run of the thread that resumes it; else back to back. What is about CPUs alone
// (affinity, clamping, memory policy, logs) says nothing of an NPU and is passed over; other events are refused.
#include <algorithm>
#include <iterator>

#include "traces/formats/requests/workload_formats.h"

namespace takt::traces {
namespace {

using Kind = JsonValue::Kind;

constexpr std::int64_t most_us = 1000000000000;
constexpr std::int64_t most_work_us = 1000000;  // of one command
constexpr std::int64_t most_instances = 31;

constexpr std::string_view of_cpus[] = {"cpus",     "membind_nodes", "util_min", "util_max",   "taskgroup",
                                        "priority", "dl-runtime",    "policy",   "instance",   "delay",
                                        "loop",     "dl-period",     "phases",   "dl-deadline"};

// Keys of events may carry a number behind them, so that they differ.
bool is_event(const std::string& key, std::string_view event) {
  if (key.compare(0, event.size(), event) != 0) return false;
  return std::all_of(key.begin() + static_cast<std::ptrdiff_t>(event.size()), key.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

struct Pattern {
  std::uint64_t run_us = 0, sleep_us = 0, period_us = 0;
  bool suspends = false;
  std::vector<std::string> resumes;
};

Pattern read_events(const JsonValue& phase) {
  Pattern pattern;
  for (const JsonMember& member : phase.members) {
    const std::string what = "'" + member.key + "'";
    const auto us = [&](std::int64_t most) {
      return static_cast<std::uint64_t>(integer_of(member.value, what, 0, most));
    };
    if (is_event(member.key, "run") || is_event(member.key, "runtime")) {
      pattern.run_us += us(most_work_us);
    } else if (is_event(member.key, "sleep")) {
      pattern.sleep_us += us(most_us);
    } else if (is_event(member.key, "timer")) {
      const JsonValue* period = expect(member.value, Kind::object, what).find("period");
      if (period == nullptr || pattern.period_us != 0)
        throw MemoryTraceError(member.place, period == nullptr ? "a timer without 'period'" : "a second timer",
                               "one timer with a period");
      pattern.period_us = static_cast<std::uint64_t>(integer_of(*period, "'period'", 1, most_us));
    } else if (is_event(member.key, "suspend")) {
      pattern.suspends = true;
    } else if (is_event(member.key, "resume")) {
      pattern.resumes.push_back(stream_name(expect(member.value, Kind::string, what).text));
    } else if (std::find(std::begin(of_cpus), std::end(of_cpus), member.key) == std::end(of_cpus)) {
      throw MemoryTraceError(member.place, "the event " + shown(member.key),
                             "run, runtime, sleep, timer, suspend or resume");
    }
  }
  return pattern;
}

// The events are those of the thread, or of its one phase.
const JsonValue& events_of(const JsonValue& thread) {
  const JsonValue* phases = thread.find("phases");
  if (phases == nullptr) return thread;
  expect(*phases, Kind::object, "'phases'");
  if (phases->members.size() != 1)
    throw MemoryTraceError(phases->place, std::to_string(phases->members.size()) + " phases",
                           "one: a stream has one kind of request");
  return expect(phases->members[0].value, Kind::object, "a phase");
}

std::int64_t number(const JsonValue& thread, const char* key, std::int64_t fallback, std::int64_t least,
                    std::int64_t most) {
  const JsonValue* value = thread.find(key);
  return value == nullptr ? fallback : integer_of(*value, "'" + std::string(key) + "'", least, most);
}

void read_policy(WorkloadTask& task, const JsonValue& thread, const std::string& fallback) {
  const JsonValue* policy = thread.find("policy");
  const std::string name = policy == nullptr ? fallback : expect(*policy, Kind::string, "'policy'").text;
  if (name == "SCHED_OTHER") {
    task.urgency = Urgency::normal;
  } else if (name == "SCHED_IDLE") {
    task.urgency = Urgency::background;
  } else if (name == "SCHED_FIFO" || name == "SCHED_RR" || name == "SCHED_DEADLINE") {
    task.urgency = Urgency::realtime;
  } else {
    throw MemoryTraceError(policy == nullptr ? thread.place : policy->place, shown(name) + " for 'policy'",
                           "SCHED_OTHER, SCHED_IDLE, SCHED_FIFO, SCHED_RR or SCHED_DEADLINE");
  }
  if (name != "SCHED_DEADLINE") return;
  const std::int64_t runtime = number(thread, "dl-runtime", 0, 0, most_us);
  const std::int64_t period = number(thread, "dl-period", runtime, 0, most_us);
  task.deadline_us = static_cast<std::uint64_t>(number(thread, "dl-deadline", period, 0, most_us));
}

struct Resumed {
  std::string by, whom;
};

WorkloadTask read_thread(const JsonMember& member, const std::string& policy, std::vector<Resumed>& resumed) {
  const JsonValue& thread = expect(member.value, Kind::object, "a thread");
  const JsonValue& events = events_of(thread);
  WorkloadTask task;
  task.name = stream_name(member.key);
  task.place = member.place;
  const Pattern pattern = read_events(events);
  for (const std::string& whom : pattern.resumes) resumed.push_back({task.name, whom});
  if (pattern.run_us == 0 || pattern.run_us > static_cast<std::uint64_t>(most_work_us))
    throw MemoryTraceError(member.place, std::to_string(pattern.run_us) + " us of work",
                           "1 to " + std::to_string(most_work_us));
  task.work_us = pattern.run_us;
  task.load = pattern.suspends                                  ? Load::dependent
              : pattern.period_us != 0 || pattern.sleep_us != 0 ? Load::periodic
                                                                : Load::closed_loop;
  if (task.load == Load::periodic)
    task.period_us = pattern.period_us != 0 ? pattern.period_us : pattern.run_us + pattern.sleep_us;
  read_policy(task, thread, policy);
  const std::int64_t loop = number(thread, "loop", -1, -1, most_us);
  const std::int64_t inner = &events == &thread ? 1 : number(events, "loop", 1, -1, 1000000);
  if (loop > 0 && inner > 0) task.requests = static_cast<std::uint64_t>(loop) * static_cast<std::uint64_t>(inner);
  if (task.load != Load::dependent) task.start_us = static_cast<std::uint64_t>(number(thread, "delay", 0, 0, most_us));
  return task;
}

void wake(Workload& workload, const std::vector<Resumed>& resumed) {
  for (WorkloadTask& task : workload.tasks) {
    if (task.load != Load::dependent) continue;
    const auto by = std::find_if(resumed.begin(), resumed.end(), [&](const Resumed& r) { return r.whom == task.name; });
    if (by == resumed.end())
      throw MemoryTraceError(task.place, "thread '" + task.name + "' that suspends itself", "a thread that resumes it");
    task.after = by->by;
  }
}

}  // namespace

Workload rt_app_workload(const JsonValue& root) {
  Workload workload;
  workload.format = "rt-app";
  std::string policy = "SCHED_OTHER";
  if (const JsonValue* global = root.find("global")) {
    const std::int64_t seconds = number(expect(*global, Kind::object, "'global'"), "duration", -1, -1, 1000000);
    if (seconds > 0) workload.duration_us = static_cast<std::uint64_t>(seconds) * 1000000;
    if (const JsonValue* given = global->find("default_policy"))
      policy = expect(*given, Kind::string, "'default_policy'").text;
  }
  std::vector<Resumed> resumed;
  for (const JsonMember& member : expect(*root.find("tasks"), Kind::object, "'tasks'").members) {
    const WorkloadTask task = read_thread(member, policy, resumed);
    const std::int64_t instances = number(member.value, "instance", 1, 0, most_instances);
    for (std::int64_t i = 0; i < instances; ++i) {
      workload.tasks.push_back(task);
      if (instances > 1) workload.tasks.back().name += "-" + std::to_string(i);
    }
  }
  wake(workload, resumed);
  return workload;
}

}  // namespace takt::traces
