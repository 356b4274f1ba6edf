// Pass 7b: constants move to earlier layers where there is room, so that loading fills the time of layers that need
// none.
#pragma once

#include "sim/compiler/gaps.h"
#include "sim/compiler/ir.h"
#include "sim/compiler/target.h"

namespace takt::compiler {

// All layers have been placed in `gaps`. Constants cross at most Options::prefetch_cuts cuts, and what crosses a cut
// stays one contiguous run of the DMA-in list, as the cut's refetch range demands. Those of experts cross none: only
// what is the same in every job is fetched again.
void extend_prefetch(Network& network, const Options& options, Gaps& gaps);

}  // namespace takt::compiler
