// Parameters of timer, watchdog and background traffic.
#pragma once

#include <cstdint>
#include <string>

namespace takt::peripherals {

struct TimerConfig {
  std::uint64_t clock_hz = 0;            // of mtime; no DVFS
};

// A background initiator: fetches or writes `bytes_per_access` at a constant rate. It has missed (underrun, overrun)
// when an access ends later than its buffer covers.
struct TrafficConfig {
  std::string name;
  std::string kind;                      // "display": reads in address order; "camera": writes; "random": 30 % writes
  std::uint64_t bytes_per_second = 0;
  std::uint32_t bytes_per_access = 0;
  std::uint64_t buffer_ns = 0;           // tolerated latency; 0: none counted
  std::uint64_t working_set_bytes = 0;   // addresses wrap here
  std::string memory;                    // name of the SoC's memory it uses
  std::uint8_t qos = 0;
  std::uint64_t seed = 0;
};

}  // namespace takt::peripherals
