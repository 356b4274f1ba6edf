// Writes GGUF headers by the format's specification.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace takt::gguf::testing {

enum : std::uint32_t { type_u32 = 4, type_f32 = 6, type_string = 8, type_array = 9, type_u64 = 10 };
enum : std::uint32_t { ggml_f32 = 0, ggml_q4_k = 12, ggml_q6_k = 14 };

class Writer {
 public:
  template <class T>
  Writer& put(T value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Writer& put(const std::string& text) {
    put<std::uint64_t>(text.size());
    bytes_ += text;
    return *this;
  }
  Writer& pair(const std::string& key, std::uint32_t value) {
    ++pairs_;
    return put(key).put(type_u32).put(value);
  }
  Writer& pair(const std::string& key, const std::string& value) {
    ++pairs_;
    return put(key).put(type_string).put(value);
  }
  Writer& array(const std::string& key, const std::vector<std::uint32_t>& values) {
    ++pairs_;
    put(key).put(type_array).put(type_u32).put<std::uint64_t>(values.size());
    for (const std::uint32_t value : values) put(value);
    return *this;
  }
  Writer& words(const std::string& key, std::size_t count) {
    ++pairs_;
    put(key).put(type_array).put(type_string).put<std::uint64_t>(count);
    for (std::size_t i = 0; i < count; ++i) put("word" + std::to_string(i));
    return *this;
  }
  Writer& tensor(const std::string& name, const std::vector<std::uint64_t>& shape, std::uint32_t type) {
    Writer entry;
    entry.put(name).put(static_cast<std::uint32_t>(shape.size()));
    for (const std::uint64_t dimension : shape) entry.put(dimension);
    entry.put(type).put<std::uint64_t>(0);
    tensors_ += entry.bytes_;
    ++tensor_count_;
    return *this;
  }
  std::string file(std::uint32_t version = 3) const {
    Writer head;
    head.bytes_ = "GGUF";
    head.put(version).put(tensor_count_).put(pairs_);
    return head.bytes_ + bytes_ + tensors_;
  }

 private:
  std::string bytes_, tensors_;
  std::uint64_t pairs_ = 0, tensor_count_ = 0;
};

// Llama-3.2-1B's shape, with two of its tensors.
Writer llama();

// DeepSeek-V2-Lite's.
Writer latent_with_experts();

}  // namespace takt::gguf::testing
