#include "traces/formats/requests/workload.h"

#include <algorithm>

#include "traces/formats/requests/workload_formats.h"

namespace takt::traces {
namespace {

constexpr std::size_t most_tasks = 31;  // as a scenario has streams

void check(const Workload& workload, const std::string& file) {
  const std::vector<WorkloadTask>& tasks = workload.tasks;
  if (tasks.empty()) throw MemoryTraceError({file}, "no tasks", "one at least");
  if (tasks.size() > most_tasks)
    throw MemoryTraceError({file}, std::to_string(tasks.size()) + " tasks", "at most " + std::to_string(most_tasks));
  for (auto task = tasks.begin(); task != tasks.end(); ++task) {
    const auto named = [&](const std::string& name) {
      return [&name](const WorkloadTask& other) { return other.name == name; };
    };
    if (task->name.empty()) throw MemoryTraceError(task->place, "no name", "a name for each task");
    if (task->network.empty() && task->work_us == 0)
      throw MemoryTraceError(task->place, "no network of task '" + task->name + "'", "the name of one");
    if (std::any_of(tasks.begin(), task, named(task->name)))
      throw MemoryTraceError(task->place, "a second task '" + task->name + "'", "names of their own");
    if (task->load == Load::dependent && std::none_of(tasks.begin(), tasks.end(), named(task->after)))
      throw MemoryTraceError(task->place, "task '" + task->name + "' after '" + task->after + "'",
                             "a task of the file");
  }
}

}  // namespace

std::string stream_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool bare = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    name += bare ? c : '_';
  }
  return name;
}

Workload parse_workload(std::string_view text, const std::string& file) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  Workload workload;
  if (begin != std::string_view::npos && (text[begin] == '{' || text[begin] == '/')) {
    const JsonValue root = parse_json(text, file);
    const JsonValue* tasks = root.find("tasks");
    if (tasks == nullptr) throw MemoryTraceError(root.place, "no 'tasks'", "a DISB or rt-app file");
    workload = tasks->kind == JsonValue::Kind::array ? disb_workload(root) : rt_app_workload(root);
  } else {
    workload = xrbench_workload(text, file);
  }
  check(workload, file);
  return workload;
}

Workload read_workload(const std::string& path) {
  return parse_workload(read_whole(path, "a DISB, rt-app or XRBench file"), path);
}

}  // namespace takt::traces
