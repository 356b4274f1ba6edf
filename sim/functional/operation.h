// An operator with its tensors, as the makers of kernels see it.
#pragma once

#include <cstdint>
#include <string>

#include "sim/functional/kernel.h"

namespace takt::functional {

struct Bounds {
  std::int32_t low = 0, high = 0;
};

struct Operation {
  const graph::Graph& graph;
  const graph::Op& op;

  bool has_input(std::size_t index) const;
  const graph::Tensor& input(std::size_t index) const;
  const graph::Tensor& output(std::size_t index = 0) const;

  bool follows_onnx() const { return graph.arithmetic == graph::Arithmetic::onnx; }

  [[noreturn]] void unsupported(const std::string& what) const;

  // The one scale of a tensor; unsupported where it has none or several.
  float scale(const graph::Tensor& tensor) const;
  // The one zero point; 0 where none is stated.
  static std::int32_t zero(const graph::Tensor& tensor);
  // What the output's type holds and the fused activation leaves of it.
  Bounds bounds() const;
  Bounds bounds_of(graph::DataType type) const;  // int8, uint8, int16, int32
};

// One for each family of operators; kernel.cpp says which makes what.
using MakeKernel = std::unique_ptr<Kernel> (*)(const Operation&);
using MakeReduction = std::unique_ptr<Reduction> (*)(const Operation&);

}  // namespace takt::functional
