#include "tests/platform/simulate.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "sim/results/document.h"

namespace takt::platform::test {

namespace {

template <class List, class Name>
const auto& named(const List& list, Name member, const std::string& name) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const auto& entry) { return entry.*member == name; });
  if (found == list.end()) throw std::runtime_error("the record has no '" + name + "'");
  return *found;
}

void write_all(int to, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = write(to, text.data() + done, text.size() - done);
    if (n < 0 && errno != EINTR) _exit(3);
    if (n > 0) done += static_cast<std::size_t>(n);
  }
}

std::string read_all(int from) {
  std::string text;
  char buffer[65536];
  for (;;) {
    const ssize_t n = read(from, buffer, sizeof buffer);
    if (n == 0) return text;
    if (n < 0 && errno != EINTR) throw std::runtime_error("cannot read from a child process");
    if (n > 0) text.append(buffer, static_cast<std::size_t>(n));
  }
}

constexpr char worked = '+', threw = '-';

}  // namespace

config::Scenario scenario(const std::string& text, const config::Overrides& overrides) {
  return config::parse_scenario(text, "test.toml", overrides);
}

config::Scenario alone(const std::string& model, const std::string& soc, std::uint64_t requests,
                       const config::Overrides& overrides) {
  return config::scenario_for_model(model, soc, requests, overrides);
}

RunRecord run(const config::Scenario& scenario, base::TimelineSink* timeline, TimelineLevel level) {
  RunOptions options;
  options.timeline = timeline;
  options.timeline_level = level;
  options.monitor_bus = true;
  Platform platform(scenario, std::move(options));
  return platform.run();
}

std::string in_child(const std::function<std::string()>& work) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no child process");
  if (child == 0) {
    close(pipe_ends[0]);
    try {
      write_all(pipe_ends[1], worked + work());
    } catch (const std::exception& e) {
      write_all(pipe_ends[1], threw + std::string(e.what()));
    }
    _exit(0);  // the parent's objects are not this process's to destroy
  }
  close(pipe_ends[1]);
  std::string answer = read_all(pipe_ends[0]);
  close(pipe_ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0 || answer.empty()) throw std::runtime_error("a child process died");
  if (answer.front() == threw) throw std::runtime_error(answer.substr(1));
  return answer.substr(1);
}

std::string document(const RunRecord& record) { return results::results_document(record, HostRecord{}).json(); }

const TrafficRecord& initiator(const RunRecord& record, const std::string& name) {
  return named(record.memory.initiators, &TrafficRecord::initiator, name);
}

const MemoryRecord& memory(const RunRecord& record, const std::string& name) {
  return named(record.memory.memories, &MemoryRecord::name, name);
}

const EngineRecord& engine(const RunRecord& record, const std::string& name) {
  return named(record.npu.engines, &EngineRecord::name, name);
}

Attojoules energy(const RunRecord& record, const std::string& component) {
  Attojoules sum = 0;
  for (const ComponentEnergy& part : record.power.components)
    if (part.name == component) sum += part.energy;
  return sum;
}

}  // namespace takt::platform::test
