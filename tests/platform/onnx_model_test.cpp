// takt with an ONNX file, from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/import/onnx_writer.h"
#include "tests/platform/models.h"
#include "tests/platform/takt_binary.h"

namespace takt::platform::test {
namespace {

using onnx::testing::integer;
using onnx::testing::integers;
using onnx::testing::Writer;
using testing::HasSubstr;

// A convolution, an operator that the NPU lacks, a classifier: quantized, with float input and output.
Writer network() {
  Writer w;
  const std::string x = w.qdq(w.input("image", {-1, 3, 64, 64}));
  w.node("Conv", {x, w.weights("filter", {16, 3, 3, 3}), w.bias("bias", 16)}, "conv",
         {integers("strides", {2, 2}), integers("pads", {1, 1, 1, 1})});
  const std::string a = w.qdq(w.node("Relu", {"conv"}, "relu"));
  w.node("InstanceNormalization", {a, w.constant("s", {16}), w.constant("t", {16})}, "norm");
  const std::string pooled = w.qdq(w.node("GlobalAveragePool", {w.qdq("norm")}, "pool"));
  const std::string flat = w.qdq(w.node("Flatten", {pooled}, "flat"));
  w.output(w.qdq(w.node("Gemm", {flat, w.weights("head", {10, 16})}, "scores", {integer("transB", 1)})));
  return w;
}

class OnnxModel : public testing::Test {
 protected:
  void SetUp() override {
    const std::vector<std::uint8_t> bytes = network().bytes();
    file_ = std::string(bytes.begin(), bytes.end());
    write_file(folder_ / "network.onnx", file_);
  }

  const Folder folder_;
  std::string file_;
};

TEST_F(OnnxModel, IsInspected) {
  const Outcome outcome = takt({"inspect", "network.onnx"}, folder_.path());
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("network: 9 operators, 442528 MACs"));  // 32 x 32 x 16 x 27 + 10 x 16
  EXPECT_THAT(outcome.out, HasSubstr("cpu: float32 input"));
  EXPECT_THAT(outcome.out, HasSubstr("InstanceNormalization"));
}

TEST_F(OnnxModel, IsCompiled) {
  const Outcome outcome = takt({"compile", "network.onnx"}, folder_.path());
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("conv"));
}

TEST_F(OnnxModel, IsRunFromACommandOrAScenario) {
  const Outcome outcome =
      takt({"run", "--model", "network.onnx", "--requests", "2", "-o", "result", "--json"}, folder_.path());
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["streams"][0]["requests"]["completed"], 2);
  write_file(folder_ / "scenario.toml",
             "soc = \"exynos-llw-like\"\n[firmware]\npolicy = \"fcfs\"\n[[stream]]\nname = \"only\"\nmodel = "
             "\"network.onnx\"\narrival = \"closed_loop\"\nconcurrency = 1\nrequests = 1\n");
  EXPECT_EQ(takt({"run", "scenario.toml", "-o", "other"}, folder_.path()).code, 0);
}

TEST_F(OnnxModel, IsRefusedWhereverItIsCut) {
  for (const std::size_t length : {std::size_t{0}, std::size_t{7}, file_.size() / 3, file_.size() - 1}) {
    write_file(folder_ / "cut.onnx", file_.substr(0, length));
    const Outcome outcome = takt({"run", "--model", "cut.onnx", "-o", "result"}, folder_.path());
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("cut.onnx: found "));
  }
}

}  // namespace
}  // namespace takt::platform::test
