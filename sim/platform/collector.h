// Watches engines, jobs and requests, for the record. It changes no timing.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/npu/config.h"
#include "models/npu/observer.h"
#include "models/units/clock.h"
#include "sim/platform/driver.h"
#include "sim/platform/path_recorder.h"

namespace takt::platform {

class EnergyAccounts;

class Collector final : public npu::Observer, public RequestSink {
 public:
  Collector(const config::ScenarioConfig& scenario, const Workload& workload);

  void set_driver(const RequestDriver* driver) { driver_ = driver; }
  // What ends in [begin, end) is summed; the end is never() until it is known.
  void set_window(units::Time begin, units::Time end) { window_ = {begin, end}; }

  void on_command(const npu::CommandRecord& record) override;
  void on_job(std::uint32_t job, base::Owner owner, npu::JobEvent event, units::Time at) override;
  void on_submit(std::uint64_t job, std::uint32_t stream, units::Time since) override;
  // The firmware has seen the doorbells of these queues.
  void on_acknowledge(std::uint32_t queues, units::Time at);
  void on_request(std::uint32_t stream, std::uint32_t request, const RequestRecord& record) override;

  void on_operator(const JobRef& job, units::Time begin, units::Time end) override;
  void on_storage(const JobRef& job, units::Time begin, units::Time end) override {
    paths_.on_storage(job, asked(job), begin, end);
  }
  void on_left(std::uint32_t stream, std::uint32_t request) override { paths_.on_left(stream, request); }

  // Closes the turns that the end of the run cuts off.
  void finish(units::Time at);

  std::vector<LayerRecord> layers(const EnergyAccounts& energy) const;
  std::vector<std::string> stall_reasons() const;
  // Operators that ran on the CPU: each of a model's, with its executions and their time on the core.
  std::vector<FallbackRecord> fallback() const;
  const std::vector<units::Time>& dispatch_latencies() const { return dispatch_; }
  void write_preemptions(NpuRecord& record) const;
  units::Time software_overhead() const { return software_; }
  const PathRecorder& paths() const { return paths_; }
  const TurnsRecord& turns(std::size_t stream) const { return turns_[stream].record; }

 private:
  // Every npu::Stall but `none`, then time lost to sharing the scratchpad.
  static constexpr std::uint32_t reasons = npu::stall_count;

  struct Layer {
    std::uint64_t runs = 0;
    std::array<units::Time, TAKT_ENGINE_COUNT> busy;
    units::Time overhead, wall;
    std::uint64_t bytes_in = 0, bytes_out = 0, useful_macs = 0, issued_macs = 0;
    std::array<units::Time, reasons> stall;
  };
  // One layer of the execution under way, per stream.
  struct Span {
    units::Time begin = units::never();
    units::Time end;
  };
  struct Turns {
    TurnsRecord record;
    units::Time began = units::never();  // the one under way
    units::Time ended;                   // the latest one
  };

  units::Time asked(const JobRef& job) const;
  void begin_turn(std::uint32_t job, std::uint32_t stream, units::Time at);
  void end_turn(std::uint32_t stream, units::Time at);
  bool measured(units::Time at) const { return at >= window_.begin && at < window_.end; }
  Layer& layer_of(const JobRef& job, std::uint32_t layer);
  void close_spans(const JobRef& job, units::Time at);

  const Workload& workload_;
  const RequestDriver* driver_ = nullptr;
  const units::Clock clock_;
  Interval window_{units::never(), units::never()};
  PathRecorder paths_;

  std::vector<std::vector<std::vector<Layer>>> layers_;       // [model][program][layer]
  std::vector<std::vector<Span>> spans_;                      // [stream][layer]
  std::vector<std::vector<std::uint64_t>> rung_;              // [stream]: jobs whose doorbell has not been seen
  std::unordered_map<std::uint64_t, units::Time> accepted_;   // job id; looked up by key only
  std::unordered_map<std::uint64_t, units::Time> submitted_;  // job id, until it is over; looked up by key only
  std::vector<Turns> turns_;                                  // per stream
  std::vector<units::Time> preempt_requested_, quiesced_;     // per stream
  std::vector<units::Time> dispatch_, preemption_, stops_, saves_, restores_;
  struct OperatorTotal {
    std::uint64_t count = 0;
    units::Time time;
  };
  std::map<std::pair<std::size_t, std::size_t>, OperatorTotal> operators_;  // by model and operator
  units::Time software_;
};

}  // namespace takt::platform
