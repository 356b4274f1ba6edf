// Hugging Face configurations: the members that decide shapes, as published models write them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "sim/graph/error.h"
#include "sim/import/hf/reader.h"
#include "tests/import/hf_configs.h"

namespace takt::hf {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using namespace configs;

class Config : public testing::Test {
 protected:
  Config() : folder_(std::filesystem::temp_directory_path() / ("takt-hf-" + std::to_string(getpid()))) {
    std::filesystem::create_directory(folder_);
  }
  ~Config() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return (folder_ / "config.json").string(); }
  graph::Decoder read(const std::string& text) const {
    std::ofstream(path(), std::ios::binary) << text;
    return read_config(path());
  }
  std::string refusal(const std::string& text) const {
    try {
      read(text);
    } catch (const graph::GraphError& e) {
      return e.what();
    }
    return "";
  }

  const std::filesystem::path folder_;
};

TEST_F(Config, OfALatentWithExperts) {
  const graph::Decoder d = read(deepseek_v3);
  EXPECT_EQ(graph::parameters_of(d), 671026419200u);
  EXPECT_EQ(d.name, folder_.filename().string());
  EXPECT_EQ(d.context, 163840u);
  EXPECT_TRUE(is_config(path()));
}

TEST_F(Config, WhatIsLeftOutHasItsDefault) {
  const graph::Decoder d = read(
      R"({"model_type": "qwen2", "hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28,
          "num_attention_heads": 28, "num_key_value_heads": 4, "vocab_size": 152064, "q_lora_rank": null})");
  EXPECT_EQ(d.head_dim, 128u);
  EXPECT_TRUE(d.qkv_bias);
  EXPECT_EQ(graph::parameters_of(d), 7615616512u);
}

TEST_F(Config, ErrorsNameLineOrKey) {
  EXPECT_THAT(refusal("{\n\"hidden_size\": 1,\n oops\n}"), HasSubstr("config.json:3: found no JSON"));
  EXPECT_THAT(refusal("[1]"), HasSubstr("expected a config.json"));
  EXPECT_THAT(refusal("{}"), HasSubstr("found no key 'num_hidden_layers'"));
  EXPECT_THAT(refusal(R"({"num_hidden_layers": "many"})"),
              AllOf(HasSubstr("\"many\""), HasSubstr("'num_hidden_layers'")));
  EXPECT_THAT(refusal(R"({"num_hidden_layers": -1})"), HasSubstr("found -1"));
  EXPECT_THAT(refusal(R"({"num_hidden_layers": 1, "hidden_size": 8, "num_attention_heads": 0, "vocab_size": 8,
                          "intermediate_size": 8})"),
              HasSubstr("found heads = 0"));
  EXPECT_THAT(refusal("{\"num_hidden_layers\": " + std::string(400, '9') + "}"),
              HasSubstr("beyond what a double holds"));
}

TEST_F(Config, DamagedGivesAModelOrAnError) {
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) {
    std::string damaged = deepseek_v3;
    for (int k = 0; k < 3; ++k) damaged[random() % damaged.size()] = static_cast<char>(random());
    refusal(damaged);
  }
  for (std::size_t size = 0; size + 1 < deepseek_v3.size(); size += 7)
    EXPECT_NE(refusal(deepseek_v3.substr(0, size)), "");
}

}  // namespace
}  // namespace takt::hf
