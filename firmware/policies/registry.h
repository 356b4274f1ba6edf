#pragma once

#include <stddef.h>

#include "firmware/kernel/policy.h"

namespace takt::firmware {

inline constexpr size_t kPolicyBytes = 1024;

struct PolicyEntry {
  const char* name;  // as in takt_boot_info.policy
  const char* what;  // one line for documentation
  // Builds the policy in `storage`, kPolicyBytes aligned to 8.
  Policy* (*make)(void* storage, const PolicyOptions& options);
};

struct PolicyList {
  const PolicyEntry* entries;
  uint32_t count;
};
PolicyList policies();

// Null: no such policy. `name` is zero terminated.
const PolicyEntry* find_policy(const char* name);

}  // namespace takt::firmware
