// Device or cloud, on the driver's side: what a decision is asked of, and what an exchange with the cloud takes.
#pragma once

#include <vector>

#include "models/units/random.h"
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
  };
  // Draws what the prompt asks for, and decides. Call once for each prompt, in the order in which they come.
  PlacementRecord decide(const Prompt& prompt);
  // The exchange of a prompt that goes to the cloud now.
  offload::Transfer send(const Prompt& prompt);

  const ServiceEstimate& estimate() const { return estimate_; }
  // Counted from where arrivals begin: until then the radio is on.
  units::Time radio_until() const { return radio_.up_until(); }

 private:
  const config::OffloadPhase& phase(units::Time since_origin) const;
  std::optional<offload::Prediction> on_device(const Prompt& prompt) const;
  offload::Exchange exchange(const Prompt& prompt) const;
  offload::Prediction in_cloud(const Prompt& prompt) const;

  const config::ScenarioConfig& scenario_;
  const config::OffloadConfig& config_;
  const ServiceEstimate estimate_;
  offload::Radio radio_;
  std::vector<units::Random> random_;   // by stream: what its prompts ask for
  std::vector<offload::Place> latest_;  // by stream
};

}  // namespace takt::platform
