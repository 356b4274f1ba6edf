// GGUF headers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>

#include "sim/graph/error.h"
#include "sim/import/gguf/reader.h"
#include "tests/import/gguf_writer.h"

namespace takt::gguf {
namespace {

using ::testing::HasSubstr;
using namespace testing;

class Gguf : public ::testing::Test {
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
  EXPECT_EQ(graph::parameters_of(read(latent_with_experts().file()).decoder), 15706484224u);
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
