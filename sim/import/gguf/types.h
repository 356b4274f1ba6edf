// How ggml stores tensors: elements in blocks.
#pragma once

#include <cstdint>

namespace takt::gguf {

struct Type {
  std::uint32_t number;
  const char* name;
  std::uint32_t elements;  // of a block
  std::uint32_t bytes;
};

// Null for a number that ggml does not have, or no longer.
const Type* find_type(std::uint32_t number);

}  // namespace takt::gguf
