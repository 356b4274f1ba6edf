// Random traffic for one channel, and what became of it.
#pragma once

#include <string>
#include <vector>

#include "models/dram/controller.h"
#include "models/units/random.h"

namespace takt::dram::testing {

// Runs in the order of arrival, tags counted from 0.
using Traffic = std::vector<Run>;

// About `bursts` bursts of 1 to 8 initiators, each of its own kind (sequential, strided, random, one bank's rows; block
// length, share of writes, QoS, pace, pauses long enough for power-down and self-refresh).
Traffic random_traffic(units::Random& random, const Config& config, std::uint64_t bursts);

// Long transfers of up to 4096 bursts, all there from the start or one after the other.
Traffic block_traffic(units::Random& random, unsigned blocks, bool saturated, unsigned writes_percent, bool any_qos);

// How a caller advances the controller. Results must not depend on it.
enum class Pace { at_end, at_random, every_clock, to_next_event, by_backlog };

struct Outcome {
  std::string problem;     // a run was answered twice, never or too late
  std::vector<Done> done;  // by tag
  std::vector<Counts> accounts;
  std::vector<Counts> banks;
  std::uint64_t refreshes = 0;
  std::uint64_t turnarounds = 0;
  Cycle idle = 0;
  Cycle data_end = 0;
  StateCycles states;
};

// The differences and problems, in words; empty where there are none.
std::string difference(const Outcome& a, const Outcome& b);

// Plays the traffic to its end.
Outcome play(const Config& config, Fidelity fidelity, const Traffic& traffic, Pace pace = Pace::at_end,
             CommandObserver* observer = nullptr);

}  // namespace takt::dram::testing
