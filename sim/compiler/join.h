// Pass 5: concatenations along channels become places: their parts are produced where they belong.
#pragma once

#include "sim/compiler/ir.h"
#include "sim/compiler/target.h"

namespace takt::compiler {

// A part is produced in place when it starts on a multiple of the vector's granule and stands in no other place; the
// rest is moved by what remains of the layer.
void join(Network& network, const Target& target);

}  // namespace takt::compiler
