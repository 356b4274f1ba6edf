// Published model files, evaluated whole on seeded random inputs.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "sim/import/tflite/reader.h"
#include "tests/reference/interpreter.h"
#include "tests/reference/random_inputs.h"

namespace takt::reference {
namespace {

std::string folder() {
  const char* shared = std::getenv("TAKT_SHARED");
  return shared == nullptr ? "" : std::string(shared) + "/data/models/";
}

void expect_shapes(const graph::Graph& graph, const std::map<graph::TensorId, Array>& results) {
  for (const graph::Op& op : graph.ops)
    for (const graph::TensorId id : op.outputs) {
      const graph::Tensor& tensor = graph.tensors[static_cast<std::size_t>(id)];
      EXPECT_EQ(results.at(id).shape, tensor.shape) << tensor.name;
      EXPECT_EQ(results.at(id).bytes.size(), tensor.bytes()) << tensor.name;
    }
}

// Of 256ths: each element may be off by half of one.
void expect_rows_sum_to_one(const Array& array) {
  const auto depth = static_cast<std::size_t>(array.shape.back());
  for (std::size_t row = 0; row < array.bytes.size(); row += depth) {
    int sum = 0;
    for (std::size_t i = 0; i < depth; ++i)
      sum += array.type == graph::DataType::int8 ? static_cast<std::int8_t>(array.bytes[row + i]) + 128
                                                 : array.bytes[row + i];
    EXPECT_NEAR(sum, 256, 1 + static_cast<double>(depth) / 2);
  }
}

class ReferenceModelsBase : public ::testing::Test {
 protected:
  void SetUp() override {
    if (folder().empty() || !std::filesystem::exists(folder() + "models_summary.csv"))
      GTEST_SKIP() << "no published model files here";
  }
  static graph::Graph read(const std::string& name) {
    return tflite::read_tflite(folder() + name + ".tflite", graph::WithContents::yes);
  }
};

class ReferenceModels : public ReferenceModelsBase, public ::testing::WithParamInterface<const char*> {};

TEST_P(ReferenceModels, RunsToOutputsOfItsShapes) {
  const graph::Graph graph = read(GetParam());
  const auto results = evaluate(graph, random_inputs(graph, 1));
  expect_shapes(graph, results);
  for (const graph::Op& op : graph.ops)
    if (op.kind == graph::OpKind::softmax) expect_rows_sum_to_one(results.at(op.outputs[0]));
}

// EDSR (55 G MACs) takes too long for every run; its operators are those of the others and depth_to_space.
INSTANTIATE_TEST_SUITE_P(Files, ReferenceModels,
                         ::testing::Values("mlperf_mobile_deeplabv3_mnv2_ade20k_int8",
                                           "mlperf_mobile_deeplabv3_mnv2_ade20k_uint8",
                                           "mlperf_mobile_mobilenet_edgetpu_224_uint8", "mlperf_tiny_ad01_int8",
                                           "mlperf_tiny_ic_resnet8_int8", "mlperf_tiny_ic_resnet_large_int8",
                                           "mlperf_tiny_kws_ref_model_int8", "mlperf_tiny_streaming_wakeword_ref",
                                           "mlperf_tiny_vww_96_int8", "tflm_hello_world_int8", "tflm_micro_speech_int8",
                                           "tflm_mobilenet_v2_int8_224", "tflm_person_detect_int8"));

class ReferenceFiles : public ReferenceModelsBase {};

TEST_F(ReferenceFiles, TheSineNetworkFollowsTheSine) {
  const graph::Graph graph = read("tflm_hello_world_int8");
  const graph::Tensor& in = graph.tensors[static_cast<std::size_t>(graph.inputs[0])];
  const graph::Tensor& out = graph.tensors[static_cast<std::size_t>(graph.outputs[0])];
  for (int x = -128; x < 128; ++x) {
    const Array array{in.type, in.shape, {static_cast<std::uint8_t>(x)}};
    const auto y = static_cast<std::int8_t>(evaluate(graph, {{graph.inputs[0], array}}).at(graph.outputs[0]).bytes[0]);
    const double real_x = in.scale[0] * static_cast<double>(x - in.zero_point[0]);
    const double real_y = out.scale[0] * static_cast<double>(y - out.zero_point[0]);
    EXPECT_NEAR(real_y, std::sin(real_x), 0.2) << real_x;  // the network itself is that good
  }
}

TEST_F(ReferenceFiles, AnUnsupportedOperatorIsNamed) {
  const graph::Graph graph = read("tflm_keyword_scrambled_int8");
  try {
    evaluate(graph, random_inputs(graph, 1));
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("svdf of int8"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace takt::reference
