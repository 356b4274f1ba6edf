// takt infer from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "sim/import/read_model.h"
#include "tests/platform/models.h"
#include "tests/platform/takt_binary.h"
#include "tests/reference/interpreter.h"
#include "traces/formats/npy.h"

namespace takt::platform::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class Infer : public testing::Test {
 protected:
  Outcome infer(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "infer");
    return takt(arguments, folder_.path());
  }
  void expect_refused(const Outcome& outcome, const std::string& part) const {
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_THAT(outcome.err, HasSubstr(part));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
  }
  void array(const std::string& name, const traces::NpyArray& array) const {
    write_file(folder_ / name, traces::npy_bytes(array));
  }

  const Folder folder_;
};

TEST_F(Infer, WritesEveryOutputAndTheResults) {
  const Outcome outcome = infer({"squeezenet1_1", "--random-inputs", "-o", "answer"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("answer/"));
  const nlohmann::json results = nlohmann::json::parse(read_file(folder_ / "answer/results.json"));
  EXPECT_EQ(results["streams"][0]["requests"]["completed"], 1);
  EXPECT_EQ(results["streams"][0]["answers"]["distinct"], 1);
  int arrays = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "answer"))
    if (entry.path().extension() == ".npy") {
      ++arrays;
      EXPECT_THAT(traces::read_npy(entry.path().string()).shape, testing::ElementsAre(1, 1000));
    }
  EXPECT_EQ(arrays, 1);
}

TEST_F(Infer, ASeedChangesRandomInputsAndNothingElseDoes) {
  const auto hash = [&](const std::string& seed, const std::string& name) {
    EXPECT_EQ(infer({"squeezenet1_1", "--random-inputs", "--seed", seed, "-o", name, "--quiet"}).code, 0);
    return nlohmann::json::parse(read_file(folder_ / name / "results.json"))["streams"][0]["answers"]["hash"];
  };
  EXPECT_EQ(hash("1", "a"), hash("1", "b"));
  EXPECT_NE(hash("1", "c"), hash("2", "d"));
}

TEST_F(Infer, SaysWhichInputsItWants) {
  expect_refused(infer({"squeezenet1_1"}),
                 "found no --input for 'input', expected NAME=FILE.npy for 'input' (int8 [1x");
  expect_refused(infer({"squeezenet1_1", "--input", "picture=a.npy"}), "--input picture: found no such input");
  expect_refused(infer({"squeezenet1_1", "--input", "input"}), "expected NAME=FILE.npy");
  expect_refused(infer({"squeezenet1_1", "--input", "input=absent.npy"}), "absent.npy: found no such file");
}

TEST_F(Infer, RefusesAnArrayOfAnotherTypeOrShape) {
  array("small.npy", {"|i1", {1, 2, 2, 3}, std::vector<std::uint8_t>(12)});
  expect_refused(infer({"squeezenet1_1", "--input", "input=small.npy"}),
                 "small.npy: found an array of type |i1 and shape [1x2x2x3], expected |i1 and [1x");
  write_file(folder_ / "other.npy", "not an array");
  expect_refused(infer({"squeezenet1_1", "--input", "input=other.npy"}), "other.npy: found other contents");
}

TEST_F(Infer, NamesTheOperatorItCannotCompute) {
  expect_refused(infer({with_custom_operator(folder_), "--random-inputs"}), "cannot be computed");
}

// Tokens that are looked up, attention under a mask, sums of layers.
TEST_F(Infer, AnswersATransformer) {
  const Outcome outcome = infer({"mobilebert", "--random-inputs", "-o", "answer"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("int8 [1x384x2]"));
}

TEST_F(Infer, RefusesATokenThatIsNone) {
  array("tokens.npy", {"<i4", {1, 384}, std::vector<std::uint8_t>(384 * 4, 0x7f)});
  expect_refused(infer({"mobilebert", "--random-inputs", "--input", "input_ids=tokens.npy"}),
                 "input 'input_ids': found row 2139062143, expected one of a table's 30522");
}

// A published network, its numbers from outside: the reference's, and the tensor names of the file.
TEST_F(Infer, GivesTheReferencesAnswerOnAPublishedFile) {
  const char* shared = std::getenv("TAKT_SHARED");
  const std::string file = std::string(shared == nullptr ? "" : shared) + "/data/models/tflm_person_detect_int8.tflite";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no published model files here";
  const graph::Graph graph = import::read_model(file, {}, graph::WithContents::yes);
  const graph::Tensor& in = graph.tensors[static_cast<std::size_t>(graph.inputs[0])];
  const graph::Tensor& out = graph.tensors[static_cast<std::size_t>(graph.outputs[0])];
  traces::NpyArray image{"|i1", in.shape, std::vector<std::uint8_t>(in.bytes())};
  for (std::size_t i = 0; i < image.bytes.size(); ++i) image.bytes[i] = static_cast<std::uint8_t>(i * i >> 3);
  array("image.npy", image);
  const auto expected = reference::evaluate(graph, {{graph.inputs[0], {in.type, in.shape, image.bytes}}});
  const Outcome outcome = infer({file, "--input", in.name + "=image.npy", "-o", "answer"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "answer"))
    if (entry.path().extension() == ".npy") {
      const traces::NpyArray answer = traces::read_npy(entry.path().string());
      EXPECT_EQ(answer.shape, out.shape);
      EXPECT_EQ(answer.bytes, expected.at(graph.outputs[0]).bytes);
    }
}

}  // namespace
}  // namespace takt::platform::test
