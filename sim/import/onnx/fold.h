// Computations of shapes: Shape, Gather, Concat and their like on small constants are carried out while reading.
#pragma once

#include "sim/import/onnx/operators.h"

namespace takt::onnx {

// True where the node's result is known now; it is in `c.results` then.
bool fold(Call& c);

}  // namespace takt::onnx
