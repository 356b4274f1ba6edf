// Parameters of the network on chip: initiator ports and target ports around one arbitrated crossbar.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace takt::noc {

// Who goes first at a target.
enum class Arbitration : std::uint8_t {
  priority,     // higher QoS, then age, then number
  round_robin,  // a grant each, in the order of the ports; QoS does not count
  weighted,     // bytes in proportion to the ports' weights; QoS does not count
};

constexpr std::uint32_t max_weight = 1000;
constexpr std::uint64_t most_bytes_per_s = 1000000000000;
constexpr std::uint64_t least_burst_bytes = 64;  // a cache line: what a regulator can hold at least

// What the regulator of an initiator port is told.
struct Regulation {
  bool enabled = false;
  std::uint64_t bytes_per_s = 0;                   // 0: nothing passes once the burst is spent
  std::uint64_t burst_bytes = least_burst_bytes;   // what passes at once after a pause
  bool qos_override = false;                       // `qos` instead of the port's and the stretch's
  std::uint8_t qos = 0;                            // 0 .. 7
};

struct InitiatorPort {
  std::string name;                   // stands in results.json memory.initiators
  std::uint32_t bytes_per_cycle = 0;  // each direction
  std::uint64_t credit_bytes = 0;     // bytes in flight: rate = min(link, credits / loaded latency); 0: no limit
  std::uint8_t qos = 0;               // added to nothing: the larger of this and the stretch's own
  std::uint32_t weight = 1;           // share under weighted arbitration, 1 .. max_weight
  std::uint64_t limit_from_us = 0;    // 0: the limit holds from reset; else the driver asks the firmware for it then
  std::uint64_t limit_bytes_per_s = 0;               // of its regulator at reset; 0: off
  std::uint64_t burst_bytes = least_burst_bytes;     // of its regulator at reset
};

struct TargetPort {
  std::string name;
  std::uint64_t base = 0;  // address range [base, base + bytes)
  std::uint64_t bytes = 0;
  std::uint32_t bytes_per_cycle = 0;  // each direction
};

struct Config {
  std::uint64_t clock_hz = 0;
  std::uint32_t request_cycles = 0;      // initiator to target
  std::uint32_t response_cycles = 0;     // target to initiator
  std::uint32_t alone_bytes = 16384;     // largest grant when nobody else waits
  std::uint32_t contended_bytes = 4096;  // largest grant when somebody does; both powers of two
  Arbitration arbitration = Arbitration::priority;
  std::uint32_t hops = 3;                // for energy
  std::uint64_t byte_hop_aj = 0;
  std::vector<InitiatorPort> initiators;
  std::vector<TargetPort> targets;
};

}  // namespace takt::noc
