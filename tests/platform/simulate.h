// Runs scenarios for tests. SystemC elaborates once per process, so a test that compares several runs makes each in a
// child process of its own and keeps what it measured.
#pragma once

#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "models/base/timeline.h"
#include "sim/config/load.h"
#include "sim/platform/platform.h"

namespace takt::platform::test {

// A scenario from TOML text.
config::Scenario scenario(const std::string& text, const config::Overrides& overrides = {});

// One network in closed loop with one request in flight, takt's own driver and firmware, first come first served.
config::Scenario alone(const std::string& model, const std::string& soc, std::uint64_t requests,
                       const config::Overrides& overrides = {});

// The one simulation of this process.
RunRecord run(const config::Scenario& scenario, base::TimelineSink* timeline = nullptr,
              TimelineLevel level = TimelineLevel::layers);

// What `work` returns in a child process. Throws std::runtime_error with the text of what it throws there.
std::string in_child(const std::function<std::string()>& work);

template <class T>
T measured(const std::function<T()>& work) {
  static_assert(std::is_trivially_copyable<T>::value, "crosses a pipe");
  const std::string bytes = in_child([&] {
    const T value = work();
    return std::string(reinterpret_cast<const char*>(&value), sizeof value);
  });
  if (bytes.size() != sizeof(T)) throw std::runtime_error("a child process answered with too few bytes");
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

// Everything a run leaves in results.json, "host" as if no time had passed.
std::string document(const RunRecord& record);

const TrafficRecord& initiator(const RunRecord& record, const std::string& name);
const MemoryRecord& memory(const RunRecord& record, const std::string& name);
const EngineRecord& engine(const RunRecord& record, const std::string& name);
// Of one component; 0 where the record has none of that name.
Attojoules energy(const RunRecord& record, const std::string& component);

}  // namespace takt::platform::test
