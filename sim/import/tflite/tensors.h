// Tensors of a file: shapes, types, quantization, small integer constants.
#pragma once

#include <cstdint>

#include "sim/graph/graph.h"
#include "sim/import/tflite/schema_generated.h"

namespace takt::tflite {

// What the reader may still copy. A file can point at one vector any number of times, so its size alone bounds nothing.
class Budget {
 public:
  explicit Budget(std::uint64_t bytes) : left_(bytes) {}
  void take(std::uint64_t bytes);  // throws graph::GraphError when used up

 private:
  std::uint64_t left_;
};

struct Source {
  const schema::Model& model;  // verified
  const std::uint8_t* file;
  std::uint64_t file_size;
  bool contents;  // of constants are wanted
};

// Throws graph::GraphError, without the tensor's index.
graph::Tensor read_tensor(const Source& source, const schema::Tensor& tensor, Budget& budget);

}  // namespace takt::tflite
