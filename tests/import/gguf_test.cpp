// GGUF headers, written here by the format's specification.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>

#include "sim/graph/error.h"
#include "sim/import/gguf/reader.h"

namespace takt::gguf {
namespace {

using testing::HasSubstr;

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
Writer llama() {
  Writer w;
  w.pair("general.architecture", std::string("llama")).pair("general.name", std::string("Llama 3.2 1B"));
  w.pair("llama.block_count", 16).pair("llama.embedding_length", 2048).pair("llama.feed_forward_length", 8192);
  w.pair("llama.attention.head_count", 32).array("llama.attention.head_count_kv", std::vector<std::uint32_t>(16, 8));
  w.pair("llama.attention.key_length", 64).pair("llama.context_length", 131072);
  w.words("tokenizer.ggml.tokens", 1000);
  w.tensor("token_embd.weight", {2048, 128256}, ggml_q6_k).tensor("blk.0.attn_q.weight", {2048, 2048}, ggml_q4_k);
  return w;
}

class Gguf : public testing::Test {
 protected:
  Gguf() : path_(std::filesystem::temp_directory_path() / ("takt-gguf-" + std::to_string(getpid()) + ".gguf")) {}
  ~Gguf() override { std::filesystem::remove(path_); }

  Model read(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary) << bytes;
    return read_gguf(path_.string());
  }
  std::string refusal(const std::string& bytes) const {
    try {
      read(bytes);
    } catch (const graph::GraphError& e) {
      EXPECT_THAT(e.what(), HasSubstr(path_.string()));
      return e.what();
    }
    return "";
  }

  const std::filesystem::path path_;
};

TEST_F(Gguf, SaysWhatAModelIs) {
  const Model model = read(llama().file());
  const graph::Decoder& d = model.decoder;
  EXPECT_EQ(d.name, "Llama 3.2 1B");
  EXPECT_EQ(d.architecture, "llama");
  EXPECT_EQ(d.kv_heads, 8u);
  EXPECT_EQ(d.vocabulary, 128256u);
  EXPECT_TRUE(d.tied_embeddings);  // no output.weight
  EXPECT_EQ(graph::parameters_of(d), 1235814400u);
  ASSERT_EQ(model.tensors.size(), 2u);
  EXPECT_EQ(model.tensors[0].bytes, 2048u * 128256 / 256 * 210);
  EXPECT_EQ(model.tensors[1].type, "q4_K");
  EXPECT_EQ(model.tensors[1].bytes, 2048u * 2048 / 256 * 144);
  EXPECT_TRUE(is_gguf(path_.string()));
}

TEST_F(Gguf, VersionTwoIsTheSame) { EXPECT_EQ(read(llama().file(2)).decoder.layers, 16u); }

TEST_F(Gguf, ALatentAndExpertsAreRead) {
  Writer w;
  w.pair("general.architecture", std::string("deepseek2")).pair("deepseek2.block_count", 27);
  w.pair("deepseek2.embedding_length", 2048).pair("deepseek2.feed_forward_length", 10944);
  w.pair("deepseek2.attention.head_count", 16).pair("deepseek2.attention.head_count_kv", 16);
  w.pair("deepseek2.attention.kv_lora_rank", 512).pair("deepseek2.attention.key_length", 192);
  w.pair("deepseek2.attention.value_length", 128).pair("deepseek2.rope.dimension_count", 64);
  w.pair("deepseek2.expert_count", 64).pair("deepseek2.expert_used_count", 6);
  w.pair("deepseek2.expert_feed_forward_length", 1408).pair("deepseek2.expert_shared_count", 2);
  w.pair("deepseek2.leading_dense_block_count", 1).pair("deepseek2.vocab_size", 102400);
  w.tensor("output.weight", {2048, 102400}, ggml_q6_k);
  EXPECT_EQ(graph::parameters_of(read(w.file()).decoder), 15706484224u);
}

TEST_F(Gguf, OtherFilesAreRefusedWithThePlace) {
  EXPECT_THAT(refusal(""), HasSubstr("byte 0: found the end of the file, expected the four letters GGUF"));
  EXPECT_THAT(refusal("GGML\1\0\0\0"), HasSubstr("expected the four letters GGUF"));
  EXPECT_THAT(refusal(llama().file(1)), HasSubstr("byte 8: found version 1, expected 2 or 3"));
  EXPECT_THAT(refusal(Writer().file()), HasSubstr("'general.architecture'"));
  Writer many = llama();
  many.tensor("wrong", {100, 2}, ggml_q4_k);
  EXPECT_THAT(refusal(many.file()),
              HasSubstr("found 100 elements in a row of tensor 'wrong', expected a multiple of 256"));
  Writer unknown = llama();
  unknown.tensor("wrong", {256}, 4);
  EXPECT_THAT(refusal(unknown.file()), HasSubstr("found type 4 of tensor 'wrong', expected one of ggml's"));
  Writer huge = llama();
  huge.tensor("wrong", {1ull << 40, 1ull << 40}, ggml_f32);
  EXPECT_THAT(refusal(huge.file()), HasSubstr("2^64"));
  Writer uneven = llama();
  uneven.array("llama.attention.head_count_kv", {8, 8, 4});
  EXPECT_THAT(refusal(uneven.file()), HasSubstr("found 8 and 4 in 'llama.attention.head_count_kv'"));
}

TEST_F(Gguf, TruncatedAnywhereIsAnError) {
  const std::string whole = llama().file();
  for (std::size_t size = 0; size < whole.size(); size += size < 600 ? 1 : 97)
    EXPECT_NE(refusal(whole.substr(0, size)), "");
}

TEST_F(Gguf, AnyByteReplacedGivesAModelOrAnError) {
  const std::string whole = llama().file();
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) {
    std::string damaged = whole;
    for (int k = 0; k < 3; ++k) damaged[random() % 700] = static_cast<char>(random());
    refusal(damaged);
  }
}

}  // namespace
}  // namespace takt::gguf
