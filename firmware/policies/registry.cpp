#include "firmware/policies/registry.h"

#include <string.h>

#include "firmware/base/placement.h"
#include "firmware/policies/chunked_prefill.h"
#include "firmware/policies/dream.h"
#include "firmware/policies/edf.h"
#include "firmware/policies/fcfs.h"
#include "firmware/policies/fixed_priority.h"
#include "firmware/policies/k_edf.h"
#include "firmware/policies/least_laxity.h"
#include "firmware/policies/moca.h"
#include "firmware/policies/pairing.h"
#include "firmware/policies/prema.h"
#include "firmware/policies/round_robin.h"
#include "firmware/policies/sjf.h"
#include "firmware/policies/weighted_fair.h"

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
    {"fixed-priority", "higher band first, preempting; FCFS inside a band", make<FixedPriority>},
    {"weighted-fair", "shares of the engines by weight, job by job or by quantum", make<WeightedFair>},
    {"sjf", "shortest remaining time first, preempting", make<Sjf>},
    {"edf", "earliest deadline first, preempting", make<Edf>},
    {"k-edf", "FCFS among the two earliest deadlines", make<KEdf>},
    {"least-laxity", "who can wait least before missing its deadline, preempting", make<LeastLaxity>},
    {"prema", "tokens by weight and slowdown, then the shortest (PREMA, HPCA 2020)", make<Prema>},
    {"dream", "urgency and starvation less a switch's cost (after DREAM, ASPLOS 2023)", make<Dream>},
    {"moca", "weight and urgency, and memory bandwidth by them among partitions (after MoCA, HPCA 2023)", make<Moca>},
    {"pairing", "jobs that need memory beside jobs that do not, among partitions (after Layerweaver, HPCA 2021)",
     make<Pairing>},
    {"chunked-prefill",
     "steps of answers first, chunks of prompts in what a budget of tokens leaves (after Sarathi-Serve)",
     make<ChunkedPrefill>},
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
