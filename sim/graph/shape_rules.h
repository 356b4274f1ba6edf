// The table of rules: what shapes an operator's outputs have, given its inputs' shapes and its fields.
#pragma once

#include <vector>

#include "sim/graph/graph.h"

namespace takt::graph {

// Empty where an operand known only at run time decides: the stored shapes stand then. Throws GraphError (without the
// operator's name: the caller adds it) where the operator cannot work on these inputs.
using ShapeRule = std::vector<Shape> (*)(const Graph&, const Op&);

ShapeRule shape_rule_of(OpKind kind);  // nullptr: only the source knows (custom operators, variables)

namespace rules {
// shape_rules_compute.cpp
std::vector<Shape> conv2d(const Graph&, const Op&);
std::vector<Shape> depthwise_conv2d(const Graph&, const Op&);
std::vector<Shape> transpose_conv2d(const Graph&, const Op&);
std::vector<Shape> pool(const Graph&, const Op&);
std::vector<Shape> conv3d(const Graph&, const Op&);
std::vector<Shape> fully_connected(const Graph&, const Op&);
std::vector<Shape> batch_matmul(const Graph&, const Op&);
std::vector<Shape> broadcast(const Graph&, const Op&);
std::vector<Shape> same_as_input(const Graph&, const Op&);
std::vector<Shape> softmax(const Graph&, const Op&);
std::vector<Shape> layer_norm(const Graph&, const Op&);
std::vector<Shape> group_norm(const Graph&, const Op&);
std::vector<Shape> lstm(const Graph&, const Op&);
std::vector<Shape> svdf(const Graph&, const Op&);
// shape_rules_layout.cpp
std::vector<Shape> mean(const Graph&, const Op&);
std::vector<Shape> concat(const Graph&, const Op&);
std::vector<Shape> split(const Graph&, const Op&);
std::vector<Shape> slice(const Graph&, const Op&);
std::vector<Shape> pad(const Graph&, const Op&);
std::vector<Shape> reshape(const Graph&, const Op&);
std::vector<Shape> squeeze(const Graph&, const Op&);
std::vector<Shape> transpose(const Graph&, const Op&);
std::vector<Shape> depth_to_space(const Graph&, const Op&);
std::vector<Shape> space_to_depth(const Graph&, const Op&);
std::vector<Shape> resize(const Graph&, const Op&);
std::vector<Shape> arg_max(const Graph&, const Op&);
std::vector<Shape> gather(const Graph&, const Op&);
}  // namespace rules
}  // namespace takt::graph
