// Orders of dimensions: how a value that the file has channels first is stored channels last, and what a reshape makes
// of that.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/graph/graph.h"

namespace takt::onnx {

// Stored dimension i is the value's dimension order[i].
using Order = std::vector<std::size_t>;

Order identity(std::size_t rank);
Order channels_last(std::size_t rank);  // [0, 2, 3, ..., 1]; rank 2 and less: as they are
Order inverse(const Order& order);
Order composed(const Order& outer, const Order& inner);  // result[i] = outer[inner[i]]

graph::Shape permuted(const graph::Shape& shape, const Order& order);  // as stored

// Dimensions of 1 may go anywhere without a byte moving.
bool same_bytes(const graph::Shape& shape, const Order& a, const Order& b);

// How a value becomes another shape: stored in `from` it needs only be looked at as `to`.
struct Reshape {
  Order from;  // of the old shape; equal to the order it has wherever that can be
  Order to;    // of the new shape
};

// `order`: how the value is stored. Both shapes have the same number of elements.
Reshape plan_reshape(const graph::Shape& from, const Order& order, const graph::Shape& to);

}  // namespace takt::onnx
