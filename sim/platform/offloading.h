// Device or cloud, on the driver's side: what a decision is asked of, and what an exchange with the cloud takes.
#pragma once

#include <optional>
#include <vector>

#include "models/units/random.h"
#include "sim/offload/battery.h"
#include "sim/platform/conversations.h"
#include "sim/platform/run_record.h"
#include "sim/platform/service_estimate.h"

namespace takt::platform {

class Offloading {
 public:
  Offloading(const config::ScenarioConfig& scenario, const Workload& workload);

  // A prompt as it comes.
  struct Prompt {
    std::uint32_t stream = 0;
    Conversations::Lengths lengths;
    units::Time since_origin;         // now, counted from where arrivals begin
    std::optional<units::Time> wait;  // on the device, before it can begin; nothing: the device does not take it
    std::int64_t skin_mc = 0;         // millidegrees C
    std::vector<Attojoules> spent =
        {};  // on the device, by program of the stream: on jobs that are over; where measured
  };
  // Draws what the prompt asks for, and decides. Call once for each prompt, in the order in which they come.
  PlacementRecord decide(const Prompt& prompt);
  // The exchange of a prompt that goes to the cloud now.
  offload::Transfer send(const Prompt& prompt);

  const ServiceEstimate& estimate() const { return estimate_; }
  // What a prompt's own jobs take on the device.
  units::Time service(std::uint32_t stream, const Conversations::Lengths& lengths) const;
  // A job that the device has done.
  void done(const JobRef& job);

  // Whether charge is a state; then, up to now, what the phone has spent since arrivals began. At the beginning of
  // every phase, and before decide().
  bool drains() const { return battery_.has_value(); }
  void spend(units::Time since_origin, Attojoules spent);
  const std::optional<offload::Battery>& battery() const { return battery_; }
  // When the next phase begins, counted likewise; never(): there is none.
  units::Time next_phase(units::Time since_origin) const;
  // Counted from where arrivals begin: until then the radio is on.
  units::Time radio_until() const { return radio_.up_until(); }

 private:
  const config::OffloadPhase& phase(units::Time since_origin) const;
  offload::Femtojoules energy(const Prompt& prompt, const std::vector<units::Time>& times) const;
  std::optional<offload::Prediction> on_device(const Prompt& prompt) const;
  offload::Exchange exchange(const Prompt& prompt) const;
  offload::Prediction in_cloud(const Prompt& prompt) const;

  const config::ScenarioConfig& scenario_;
  const config::OffloadConfig& config_;
  const ServiceEstimate estimate_;
  offload::Radio radio_;
  std::vector<units::Random> random_;   // by stream: what its prompts ask for
  std::vector<offload::Place> latest_;  // by stream
  std::optional<offload::Battery> battery_;
  units::Time looked_;                               // at the battery
  std::vector<std::vector<units::Time>> predicted_;  // by stream and program: of jobs that are over
};

}  // namespace takt::platform
