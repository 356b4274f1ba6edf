// Models with inputs and the outputs that ONNX Runtime gives, written by scripts/golden-onnx.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/graph/graph.h"

namespace takt::functional::test {

class GoldenTensor {
 public:
  std::string name;
  graph::Shape shape;  // as the file has it: channels first
  std::vector<std::uint8_t> bytes;
  std::size_t element_bytes = 1;

  // As the graph's tensor stores it, which tells the order of dimensions by its shape.
  std::vector<std::uint8_t> stored_as(const graph::Tensor& tensor) const;

 private:
  std::vector<std::uint8_t> permuted(const graph::Shape& order) const;
};

struct Golden {
  std::string name;
  std::vector<std::uint8_t> model;
  std::vector<GoldenTensor> inputs, outputs;
};

// The cases of golden/<family>.golden, or of that file in the folder that TAKT_GOLDEN names in the environment. Throws
// std::runtime_error where there is no whole file.
std::vector<Golden> read_golden(const std::string& family);

}  // namespace takt::functional::test
