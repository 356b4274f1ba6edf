// The far end: how long an answer takes at a load, and what it costs.
#pragma once

#include <cstdint>
#include <vector>

#include "models/units/quantity.h"

namespace takt::offload {

// 10^-12 US dollars. A dollar for a million tokens is a million of them for one.
using Picodollars = std::uint64_t;

// Of a measured curve: with so many requests at once.
struct LoadPoint {
  std::uint64_t requests = 0;
  units::Time first_token;
  units::Time per_token;  // of the others
};

struct Tokens {
  std::uint64_t prompt = 0;
  std::uint64_t cached = 0;  // of the prompt, known to the cloud from before
  std::uint64_t answer = 0;
};

struct Price {  // of a token
  Picodollars prompt = 0, cached = 0, answer = 0;
};

struct Cloud {
  std::vector<LoadPoint> curve;  // by rising number of requests; one at least
  units::Time overhead;          // what a service adds to the engine: gateway, queue, safety checks
  Price peak, off_peak;
  // Minutes of the day, [begin, end), in which the lower price holds; equal: never. The end may lie behind midnight.
  std::uint32_t off_peak_begin = 0, off_peak_end = 0;
};

// Between two points of the curve linear, outside as at its ends.
units::Time first_token(const Cloud& cloud, std::uint64_t requests);
units::Time per_token(const Cloud& cloud, std::uint64_t requests);

// `minute` of the day, 0 to 1439. cached <= prompt.
Picodollars price(const Cloud& cloud, const Tokens& tokens, std::uint32_t minute);

}  // namespace takt::offload
