// GELU written out: exporters had no operator for it before operator set 20.
#pragma once

#include <optional>
#include <vector>

#include "sim/import/onnx/operators.h"

namespace takt::onnx {

// x * (1 + erf(x / sqrt 2)) / 2, found at its first node, the division (or product) of x; the product with 1/2 may
// stand behind or before the last product. Returns the nodes after the first, in their order, the last one's output
// being the GELU's. Nothing where there is none, or where somebody else reads what is between.
std::optional<std::vector<std::size_t>> gelu_from(const Node& first, const std::vector<Node>& nodes,
                                                  const Names& names);

}  // namespace takt::onnx
