#include "firmware/policies/registry.h"

#include <string.h>

#include "firmware/base/placement.h"
#include "firmware/policies/fcfs.h"
#include "firmware/policies/fixed_priority.h"
#include "firmware/policies/round_robin.h"

namespace takt::firmware {
namespace {

template <typename T>
Policy* make(void* storage, const PolicyOptions& options) {
  static_assert(sizeof(T) <= kPolicyBytes, "policy state exceeds its storage");
  static_assert(alignof(T) <= 8, "policy storage is aligned to 8");
  return new (Place{storage}) T(options);
}

constexpr PolicyEntry kPolicies[] = {
    {"fcfs", "first come, first served; never preempts", make<Fcfs>},
    {"round-robin", "rotates over the queues, job by job or by quantum", make<RoundRobin>},
    {"fixed-priority", "higher band first, preempting at cuts; FCFS inside a band", make<FixedPriority>},
};

}  // namespace

PolicyList policies() { return {kPolicies, sizeof(kPolicies) / sizeof(kPolicies[0])}; }

const PolicyEntry* find_policy(const char* name) {
  for (const PolicyEntry& entry : kPolicies) {
    if (strcmp(entry.name, name) == 0) return &entry;
  }
  return nullptr;
}

}  // namespace takt::firmware
