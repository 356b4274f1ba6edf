#include "models/noc/noc.h"

namespace takt::noc {
namespace {

bool power_of_two(std::uint64_t n) { return n != 0 && (n & (n - 1)) == 0; }

std::string check_grants(const Config& c) {
  if (!power_of_two(c.alone_bytes)) {
    return "alone_bytes is " + std::to_string(c.alone_bytes) + ", expected a power of two";
  }
  if (!power_of_two(c.contended_bytes)) {
    return "contended_bytes is " + std::to_string(c.contended_bytes) + ", expected a power of two";
  }
  if (c.contended_bytes > c.alone_bytes) return "contended_bytes exceeds alone_bytes";
  return {};
}

std::string check_initiators(const Config& c) {
  for (const InitiatorPort& port : c.initiators) {
    if (port.bytes_per_cycle == 0) {
      return "initiator " + port.name + ": bytes_per_cycle is 0, expected a positive value";
    }
    if (port.weight == 0 || port.weight > max_weight) {
      return "initiator " + port.name + ": weight is " + std::to_string(port.weight) + ", expected 1 to " +
             std::to_string(max_weight);
    }
    if (port.limit_bytes_per_s > most_bytes_per_s) {
      return "initiator " + port.name + ": limit_bytes_per_s is " + std::to_string(port.limit_bytes_per_s) +
             ", expected at most " + std::to_string(most_bytes_per_s);
    }
    if (port.burst_bytes < least_burst_bytes) {
      return "initiator " + port.name + ": burst_bytes is " + std::to_string(port.burst_bytes) +
             ", expected at least " + std::to_string(least_burst_bytes);
    }
  }
  return {};
}

std::string check_targets(const Config& c) {
  for (std::size_t i = 0; i < c.targets.size(); ++i) {
    const TargetPort& a = c.targets[i];
    if (a.bytes_per_cycle == 0) return "target " + a.name + ": bytes_per_cycle is 0, expected a positive value";
    if (a.bytes == 0 || a.base + (a.bytes - 1) < a.base) {
      return "target " + a.name + ": its address range is empty or wraps around";
    }
    for (std::size_t j = 0; j < i; ++j) {
      const TargetPort& b = c.targets[j];
      if (a.base <= b.base + (b.bytes - 1) && b.base <= a.base + (a.bytes - 1)) {
        return "targets " + b.name + " and " + a.name + " overlap";
      }
    }
  }
  return {};
}

}  // namespace

std::string check(const Config& c) {
  if (c.clock_hz == 0) return "clock_hz is 0, expected a positive value";
  if (c.initiators.empty() || c.initiators.size() > 64) {
    return std::to_string(c.initiators.size()) + " initiators, expected 1 to 64";
  }
  if (c.targets.empty()) return "no targets, expected at least one";
  if (std::string problem = check_initiators(c); !problem.empty()) return problem;
  if (std::string problem = check_grants(c); !problem.empty()) return problem;
  return check_targets(c);
}

}  // namespace takt::noc
