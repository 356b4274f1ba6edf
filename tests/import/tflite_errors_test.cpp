// What is refused, and what the message says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <limits>

#include "sim/graph/error.h"
#include "sim/import/tflite/reader.h"
#include "tests/import/tflite_writer.h"

namespace takt::tflite {
namespace {

using ::testing::HasSubstr;
using testing::one_convolution;
using ::testing::StartsWith;
using testing::Writer;
using namespace schema;

std::string error_of_file(const std::string& path) {
  try {
    read_tflite(path);
  } catch (const graph::GraphError& error) {
    return error.what();
  }
  return "";
}

std::string error_of_text(const std::string& text) {
  try {
    parse_tflite(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), "model.tflite");
  } catch (const graph::GraphError& error) {
    return error.what();
  }
  return "";
}

TEST(TfliteErrors, AMissingFileIsNamed) {
  EXPECT_EQ(error_of_file("no/such.tflite"), "no/such.tflite: found no such file, expected a .tflite model");
}

TEST(TfliteErrors, AFolderIsNoModel) { EXPECT_THAT(error_of_file("."), HasSubstr("found no regular file")); }

TEST(TfliteErrors, AGitLfsPointerSaysSo) {
  const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 4193912\n";
  EXPECT_THAT(error_of_text(pointer), StartsWith("model.tflite: found a git-lfs pointer"));
}

TEST(TfliteErrors, OtherFilesAreNoModels) {
  EXPECT_THAT(error_of_text(""), HasSubstr("found 0 bytes"));
  EXPECT_THAT(error_of_text("{\"format\": \"onnx\"}"), HasSubstr("found no identifier 'TFL3' at byte 4"));
}

TEST(TfliteErrors, AFileOnDiskReadsLikeItsBytes) {
  const std::string path = ::testing::TempDir() + "takt_reader_test.model.tflite";
  const std::vector<std::uint8_t> bytes = one_convolution().bytes();
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));
  EXPECT_EQ(read_tflite(path).name, "takt_reader_test.model");
  std::remove(path.c_str());
}

TEST(TfliteErrors, BytesNeedNoAlignment) {
  std::vector<std::uint8_t> shifted = one_convolution().bytes();
  shifted.insert(shifted.begin(), 0);
  EXPECT_EQ(parse_tflite(shifted.data() + 1, shifted.size() - 1, "m").ops.size(), 1u);
}

TEST(TfliteErrors, AnotherSchemaVersion) {
  Writer w = one_convolution();
  w.model.version = 2;
  EXPECT_EQ(w.error(), "test.tflite: found schema version 2, expected 3");
}

TEST(TfliteErrors, NoSubgraph) {
  Writer w = one_convolution();
  w.model.subgraphs.clear();
  EXPECT_THAT(w.error(), HasSubstr("found no subgraph"));
}

TEST(TfliteErrors, AnEmptySubgraphIsAnEmptyGraph) { EXPECT_EQ(Writer().read().ops.size(), 0u); }

TEST(TfliteErrors, TensorNumbersOutOfRange) {
  for (const int id : {4, 99, -2, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()}) {
    Writer w = one_convolution();
    w.graph().operators[0]->inputs[0] = id;
    EXPECT_THAT(w.error(), HasSubstr("operator 0: found tensor " + std::to_string(id)));
    w = one_convolution();
    w.graph().outputs[0] = id;
    EXPECT_THAT(w.error(), HasSubstr("among the graph's outputs"));
  }
}

TEST(TfliteErrors, OutputsMustBeThere) {
  Writer w = one_convolution();
  w.graph().outputs = {};
  w.graph().operators[0]->outputs = {-1};
  EXPECT_THAT(w.error(), HasSubstr("operator 0"));
  w.graph().operators[0]->outputs = {};
  EXPECT_THAT(w.error(), HasSubstr("operator 0"));
}

TEST(TfliteErrors, OperatorCodesOutOfRange) {
  Writer w = one_convolution();
  w.graph().operators[0]->opcode_index = 7;
  EXPECT_THAT(w.error(), HasSubstr("operator 0: found operator code 7 of 1"));
}

TEST(TfliteErrors, BuffersOutOfRange) {
  Writer w = one_convolution();
  w.at(1).buffer = 50;
  EXPECT_THAT(w.error(), HasSubstr("tensor 1: found buffer 50 of 3"));
}

TEST(TfliteErrors, ConstantsOfAnotherSize) {
  Writer w = one_convolution();
  w.model.buffers[1]->data.pop_back();
  EXPECT_THAT(w.error(), HasSubstr("tensor 1: found 107 bytes of data, expected 108 for int8 [4x3x3x3]"));
}

TEST(TfliteErrors, ConstantsOutsideTheFile) {
  Writer w = one_convolution();
  w.model.buffers[1]->data.clear();
  w.model.buffers[1]->offset = 1 << 20;
  w.model.buffers[1]->size = 108;
  EXPECT_THAT(w.error(), HasSubstr("tensor 1: found data of 108 bytes at 1048576"));
  w.model.buffers[1]->offset = 2;
  w.model.buffers[1]->size = std::numeric_limits<std::uint64_t>::max();
  EXPECT_THAT(w.error(), HasSubstr("beyond the file's"));
}

TEST(TfliteErrors, ConstantsAfterTheFlatBuffer) {
  Writer w = one_convolution();
  w.model.buffers[1]->data.clear();
  w.model.buffers[1]->offset = 16;
  w.model.buffers[1]->size = 108;
  EXPECT_EQ(w.error(), "");
  EXPECT_TRUE(w.read().tensors[1].constant);
}

TEST(TfliteErrors, OversizedShapes) {
  Writer w = one_convolution();
  w.at(0).shape = {1, 1 << 30, 1 << 30, 3};
  EXPECT_THAT(w.error(), HasSubstr("more than 2^40 elements"));
  w = one_convolution();
  w.at(0).shape.assign(1000, 1);
  EXPECT_THAT(w.error(), HasSubstr("tensor 0: found 1000 dimensions"));
}

TEST(TfliteErrors, NegativeAndZeroDimensions) {
  Writer w = one_convolution();
  w.at(0).shape = {1, -8, 8, 3};
  EXPECT_THAT(w.error(), HasSubstr("tensor 0: found a dimension of -8"));
  w.at(0).shape = {1, 0, 8, 3};
  EXPECT_THAT(w.error(), HasSubstr("[1x0x8x3] has a dimension below 1"));
}

TEST(TfliteErrors, CyclesAndUndefinedTensors) {
  Writer w;
  const int x = w.input({1, 4}), a = w.tensor({1, 4}), b = w.tensor({1, 4});
  w.op(BuiltinOperator_ADD, {x, b}, {a}, AddOptionsT());
  w.op(BuiltinOperator_RELU, {a}, {b});
  EXPECT_THAT(w.error(),
              HasSubstr("operator 0 (add, 't1'): input 1 is tensor 2 't2', which nothing before it produces"));
}

TEST(TfliteErrors, OutputsThatAreConstantsOrProducedTwice) {
  Writer w = one_convolution();
  w.graph().operators[0]->outputs = {1};
  EXPECT_THAT(w.error(), HasSubstr("produces tensor 1"));
}

TEST(TfliteErrors, MissingOrForeignOptions) {
  Writer w = one_convolution();
  w.graph().operators[0]->builtin_options.Set(AddOptionsT());
  EXPECT_THAT(w.error(), HasSubstr("operator 0 (conv2d, 't3'): found options 11 (AddOptions), expected Conv2DOptions"));
  w.graph().operators[0]->builtin_options.Reset();
  EXPECT_THAT(w.error(), HasSubstr("found options 0 (NONE), expected Conv2DOptions"));
}

TEST(TfliteErrors, OptionsOutOfRange) {
  const auto with = [](auto set) {
    Writer w = one_convolution();
    set(*w.graph().operators[0]->builtin_options.AsConv2DOptions());
    return w.error();
  };
  EXPECT_THAT(with([](Conv2DOptionsT& o) { o.stride_h = 0; }), HasSubstr("found vertical stride 0"));
  EXPECT_THAT(with([](Conv2DOptionsT& o) { o.dilation_w_factor = -1; }), HasSubstr("found horizontal dilation -1"));
  EXPECT_THAT(with([](Conv2DOptionsT& o) { o.padding = static_cast<Padding>(9); }), HasSubstr("found padding 9"));
  EXPECT_THAT(with([](Conv2DOptionsT& o) { o.fused_activation_function = ActivationFunctionType_SIGN_BIT; }),
              HasSubstr("found fused activation 5"));
}

TEST(TfliteErrors, ControlFlowIsNamed) {
  Writer w;
  const int x = w.input({1, 4});
  w.op(BuiltinOperator_WHILE, {x}, {w.tensor({1, 4})});
  EXPECT_THAT(w.error(), HasSubstr("operator 0: found WHILE, which runs another subgraph"));
}

TEST(TfliteErrors, TypesThatNoEngineHas) {
  Writer w = one_convolution();
  w.at(0).type = TensorType_STRING;
  EXPECT_THAT(w.error(), HasSubstr("tensor 0: found type 5 (STRING)"));
}

TEST(TfliteErrors, SparseTensors) {
  Writer w = one_convolution();
  w.at(1).sparsity = std::make_unique<SparsityParametersT>();
  EXPECT_THAT(w.error(), HasSubstr("tensor 1: found a sparse tensor"));
}

TEST(TfliteErrors, ScalesThatFitNoDimension) {
  Writer w = one_convolution();
  w.at(1).quantization = std::make_unique<QuantizationParametersT>();
  w.at(1).quantization->scale.assign(5, 0.5F);
  EXPECT_THAT(w.error(), HasSubstr("tensor 1: found 5 scales, expected 1 or a dimension of [4x3x3x3]"));
}

TEST(TfliteErrors, OneVectorReferredToByManyTensorsDoesNotMultiply) {
  flatbuffers::FlatBufferBuilder b;
  const auto name = b.CreateString(std::string(1 << 16, 'n'));
  const auto tensor = CreateTensor(b, 0, TensorType_INT8, 0, name);
  const auto tensors = b.CreateVector(std::vector<flatbuffers::Offset<Tensor>>(1 << 14, tensor));
  const auto graph = CreateSubGraph(b, tensors);
  const auto graphs = b.CreateVector(&graph, 1);
  FinishModelBuffer(b, CreateModel(b, 3, 0, graphs));
  const std::string file(reinterpret_cast<const char*>(b.GetBufferPointer()), b.GetSize());
  EXPECT_THAT(error_of_text(file), HasSubstr("referred to more often"));  // 1 GiB of names from 128 KiB
}

}  // namespace
}  // namespace takt::tflite
