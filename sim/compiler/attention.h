// Pass 4b: attention whose scores would not stay in the scratchpad.
#pragma once

#include "sim/compiler/ir.h"
#include "sim/compiler/target.h"

namespace takt::compiler {

// A product, the softmax of its rows and a product of those become one layer where the rows between them are many: a
// tile makes some rows of scores, normalises them and multiplies them on, so that none goes through memory.
void fuse_attention(Network& network, const Target& target);

}  // namespace takt::compiler
