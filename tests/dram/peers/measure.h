// Runs a stream through one channel as the peers' drivers do.
#pragma once

#include <string>

#include "models/dram/config.h"

namespace takt::dram::testing {

struct Figures {
  double gbps = 0;        // to the end of the last data
  double latency_ns = 0;  // of reads: scheduled arrival to end of data; 0 where the stream is not paced
  std::uint64_t activations = 0;
};

// Command clocks from one burst's arrival to the next, as a fraction; 0: as fast as accepted.
struct Gap {
  std::uint64_t numerator = 0;
  std::uint64_t denominator = 1;
};

// "", "7", "7/2". Throws std::invalid_argument.
Gap parse_gap(const std::string& text);

Figures measure(const Config& config, const std::string& stream, std::uint64_t bursts, Gap gap);

}  // namespace takt::dram::testing
