// Tells a run to a timeline: requests, jobs, engines, firmware, counters. It changes no timing and no result.
//
// A request is one chain of arrows (base::Flow): from its slice among the stream's requests to the driver's submission
// of each of its jobs, the firmware's dispatch, the job's stays on the NPU, and the driver's answer, where it ends.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/base/timeline.h"
#include "models/cpu/native/native_cpu.h"
#include "models/npu/observer.h"
#include "sim/platform/collector.h"
#include "sim/platform/counter_tracks.h"
#include "sim/platform/driver.h"
#include "sim/platform/timeline_level.h"

namespace takt::platform {

class RunTimeline final : public npu::Observer, public cpu::FirmwareLog, public RequestSink {
 public:
  // Hands what it is told on to `next`. All that is referred to outlives it.
  RunTimeline(const config::ScenarioConfig& scenario, const Workload& workload, const RequestDriver& driver, Soc& soc,
              const TrafficMeter& meter, const Heat& heat, base::TimelineSink& sink, TimelineLevel level,
              Collector& next);

  void on_command(const npu::CommandRecord& record) override;
  void on_job(std::uint32_t job, base::Owner owner, npu::JobEvent event, units::Time at) override;
  void on_submit(std::uint64_t job, std::uint32_t stream, units::Time since) override;
  void on_request(std::uint32_t stream, std::uint32_t request, const RequestRecord& record) override;
  void on_operator(const JobRef& job, units::Time begin, units::Time end) override;
  void on_storage(const JobRef& job, units::Time begin, units::Time end) override;
  void on_left(std::uint32_t stream, std::uint32_t request) override { next_.on_left(stream, request); }
  void on_log(firmware::LogEvent event, std::uint32_t queue, std::uint64_t job, units::Time at) override;
  // The scheduling log as it lies in memory (takt_telemetry_header and its records) at the end of the run.
  void on_scheduling_log(const std::vector<std::uint8_t>& area, units::Time end);

  // Writes counters when it is time, and at a window's edge. The ledger is settled up to `at`.
  void advance(units::Time at) { counters_.advance(at); }
  void at_edge(units::Time at) { counters_.write(at); }
  // Closes what the end of the run cuts off. The ledger is settled up to `at`.
  void finish(units::Time at);

 private:
  using Track = base::TimelineSink::Track;
  // The reasons of npu::Stall, by number; in place of `none`, time lost to sharing the scratchpad.
  using Waits = std::array<units::Time, npu::stall_count>;

  // Consecutive commands of one engine, job and layer make one slice.
  struct Engine {
    Track track = 0;
    bool open = false;
    std::uint32_t job = 0, layer = 0;
    units::Time begin, end;  // of the slice; the latest command's end
    Waits waits;             // inside the slice
  };
  struct Partition {
    Track jobs = 0, hand_over = 0;
  };
  struct Lane {
    Track track = 0;
    units::Time free_from;
  };
  struct Stream {
    std::vector<Lane> lanes;  // requests that overlap
    Track waiting = 0, on_npu = 0;
    std::map<std::uint64_t, std::uint32_t> jobs;  // in the ring and without the engines; their requests
    // Of the job on the engines; never(): none is, it is not asked to stop, it does not save.
    units::Time begun = units::never(), stopping = units::never(), quiesced = units::never();
    std::uint32_t job = 0;
    units::Time preempted = units::never();
  };

  // Of an event that begins at `at`; behind the request's answer there is none.
  base::Flow flow(const JobRef& job, units::Time at) const;
  std::string name_of(const JobRef& job) const;
  Lane& lane(std::uint32_t stream, units::Time begin);
  // `end`: by an answer, or by the run's end.
  void show_request(const JobRef& job, const RequestRecord& record, units::Time end, const std::string& note);
  void show_command(const Engine& engine, const npu::CommandRecord& record);
  void show_event(std::uint32_t event, std::uint64_t job, units::Time at);
  void show_claim(const cpu::RegisterAccess& access);
  void close(Engine& engine);
  void end_stay(std::uint32_t job, const char* how, units::Time at);
  template <class Change>
  void change_waiting(std::uint32_t stream, units::Time at, const Change& change);

  const config::ScenarioConfig& scenario_;
  const Workload& workload_;
  const RequestDriver& driver_;
  const cpu::ControlCpu& control_cpu_;
  base::TimelineSink& sink_;
  const TimelineLevel level_;
  Collector& next_;
  std::vector<Stream> streams_;
  Track driver_track_ = 0, operator_track_ = 0, awake_track_ = 0, interrupt_track_ = 0, log_track_ = 0,
        storage_track_ = 0;
  units::Time storage_until_;          // of its track
  std::vector<Engine> engines_;        // by core, then engine; none at level `jobs`
  std::vector<Partition> partitions_;  // of the NPU
  CounterTracks counters_;
};

}  // namespace takt::platform
