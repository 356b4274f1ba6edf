// GGUF files, versions 2 and 3: the header alone, which says what a language model is. Format: ggml's docs/gguf.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/graph/decoder.h"

namespace takt::gguf {

struct Tensor {
  std::string name;
  std::vector<std::uint64_t> shape;  // fastest dimension first, as stored
  std::string type;                  // ggml's name: "q4_K", "f16"
  std::uint64_t elements = 0;
  std::uint64_t bytes = 0;
};

struct Model {
  graph::Decoder decoder;
  std::vector<Tensor> tensors;
};

// Nothing behind the header is read; it need not be there. Throws graph::GraphError with the path, the place and what
// was expected.
Model read_gguf(const std::string& path);

// Whether a file begins as GGUF files do. False where it cannot be read.
bool is_gguf(const std::string& path);

}  // namespace takt::gguf
