// Floating-point operators evaluated in double precision, with how far an answer may lie from that.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/graph/graph.h"
#include "tests/reference/interpreter.h"

namespace takt::reference {

// `bound` follows from the roundings that docs/decisions.md states (floating-point answers), not from what was
// measured: one to the output's type, and of each sum those of single precision. 0: the bytes are given.
struct Real {
  double value = 0, bound = 0;
};

// An array's elements as numbers: floats of 16 and 32 bits, integers of 4, 8, 32 and 64 bits.
std::vector<double> doubles_of(const Array& array);

// The output's elements from the operator's inputs in `arrays` and the graph's constants. Throws std::runtime_error for
// an operator without such arithmetic; those that only move elements are moves_only.
std::vector<Real> evaluate_reals(const graph::Graph& graph, const graph::Op& op,
                                 const std::map<graph::TensorId, Array>& arrays);

bool moves_only(graph::OpKind kind);
// Its outputs, bit for bit.
std::vector<Array> evaluate_movement(const graph::Graph& graph, const graph::Op& op,
                                     const std::map<graph::TensorId, Array>& arrays);

// Empty, or which element of `made` is further from what is expected than its bound.
std::string difference(const std::vector<Real>& expected, const std::vector<double>& made);

}  // namespace takt::reference
