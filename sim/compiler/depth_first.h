// Part of pass 7: layers that hand large activations to each other are made stripe by stripe instead of one after the
// other, so that these need not go through DRAM (line buffers; Alwani et al., Fused-Layer CNN Accelerators, MICRO
// 2016).
#pragma once

#include <cstddef>

#include "sim/compiler/ir.h"
#include "sim/compiler/target.h"

namespace takt::compiler {

// Groups neighbouring layers where an estimate of the engines' and the DMA's work says that it pays. Needs the
// residency that layers one by one would have; changes that of what is made and read within a group, and where cuts may
// follow.
void choose_groups(Network& network, const Target& target, const Options& options);

// The group of a layer did not find its place: smaller stripes, or, where they are as small as can be, no group.
void shrink_group(Network& network, std::int32_t layer, const Target& target, const Options& options);

}  // namespace takt::compiler
