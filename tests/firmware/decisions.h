// What a policy decides on views drawn from a seed, in code that every build of the firmware compiles.
#pragma once

#include <stdint.h>

#include "firmware/policies/registry.h"

namespace takt::firmware::test {

// Hash (FNV-1a) of the policy's decisions on `views` views, one after the other.
uint64_t digest_of_decisions(const PolicyEntry& policy, uint32_t views);

}  // namespace takt::firmware::test
