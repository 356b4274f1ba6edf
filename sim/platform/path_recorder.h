// Where each request's latency goes: every instant from its submission to its answer belongs to one part, so that the
// parts add up to the latency exactly. And what the firmware decided about the engines, as the NPU saw it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "models/npu/observer.h"
#include "sim/config/scenario_config.h"
#include "sim/platform/driver.h"
#include "sim/platform/run_record.h"

namespace takt::platform {

class PathRecorder {
 public:
  explicit PathRecorder(const config::ScenarioConfig& scenario);

  // A job is in its ring. `asked`: when its request was submitted.
  void on_submit(const JobRef& job, units::Time asked, units::Time at);
  void on_operator(const JobRef& job, units::Time asked, units::Time begin, units::Time end);
  void on_storage(const JobRef& job, units::Time asked, units::Time begin, units::Time end);
  void on_command(const JobRef& job, const npu::CommandRecord& record);
  void on_job(const JobRef& job, npu::JobEvent event, units::Time at);
  void on_left(std::uint32_t stream, std::uint32_t request) { active_[stream].erase(request); }
  void on_request(std::uint32_t stream, std::uint32_t request, const RequestRecord& record);

  // As many as requests that are over; those that never came to a job have all of it in `driver`.
  std::vector<PathRecord> paths(std::size_t stream, std::size_t requests) const;
  const std::vector<DecisionRecord>& decisions() const { return decisions_; }

 private:
  enum class State : std::uint8_t { driver, queued, fetching, running, saving, restoring, answering };
  // What engines do, the most telling first: while one computes, transfers beside it cost nothing.
  enum Doing : std::uint8_t { tensor, vector, overhead, dma_in, dma_out, doings };
  using Intervals = std::vector<Interval>;  // disjoint, sorted

  struct Active {
    State state = State::driver;
    units::Time since;  // all before belongs to a part already
    bool preempted = false;
    std::array<Intervals, doings> stay;  // since `since`, while running
    PathRecord path;
  };
  static constexpr std::uint32_t nobody = ~0u;

  Active& active(const JobRef& job, units::Time asked);
  void settle(std::uint32_t stream, Active& active, units::Time at);
  void settle_stay(Active& active, units::Time at);
  // Everybody who waits for the engines of this partition.
  void settle_waiting(std::uint32_t partition, units::Time at);
  void decide(const char* what, const JobRef& job, units::Time at);

  const config::ScenarioConfig& scenario_;
  std::vector<std::map<std::uint32_t, Active>> active_;  // per stream, by request
  std::vector<std::uint32_t> holder_;                    // per partition: the stream whose job has the engines
  std::vector<std::vector<PathRecord>> paths_;           // per stream, by request
  std::vector<DecisionRecord> decisions_;
};

}  // namespace takt::platform
