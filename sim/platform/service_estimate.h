// What the device takes for a job or a request, as its driver can know it: by the programs' cost tables, at the clock
// and with the memory that the firmware is told of. Alone, and without the driver's and the firmware's own time.
#pragma once

#include <vector>

#include "models/units/clock.h"
#include "sim/platform/driver.h"

namespace takt::platform {

// Of a cost table (firmware/abi/program.h), at a ratio in bytes per kilocycle: linear between its entries in what
// memory takes for a byte and in the parameter, constant outside, but below the least ratio as slow as memory is.
std::uint64_t cycles_of(const takt_cost_table& table, std::uint64_t ratio, std::uint32_t value);

class ServiceEstimate {
 public:
  ServiceEstimate(const config::ScenarioConfig& scenario, const Workload& workload);

  // With what the deployed software stack delays it.
  units::Time job(const JobRef& job) const;
  // All jobs of a request of a stream without prompts, and its operators on the CPU.
  units::Time inference(std::size_t stream) const { return inference_[stream]; }
  // A prompt and its answer, as a conversation's first: of each program of the stream, what its jobs take.
  std::vector<units::Time> prompt(std::uint32_t stream, const Conversations::Lengths& lengths) const;

 private:
  const Workload& workload_;
  const units::Clock clock_;
  const std::uint64_t ratio_;  // bytes per kilocycle
  const units::Time software_;
  std::vector<units::Time> inference_;  // by stream
};

}  // namespace takt::platform
