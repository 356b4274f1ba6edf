// What is refused, and what the message says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "sim/graph/error.h"
#include "sim/import/onnx/reader.h"
#include "sim/import/read_model.h"
#include "tests/import/onnx_writer.h"

namespace takt::onnx {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace testing;
namespace fs = std::filesystem;

template <typename Step>
std::string error_of(Step step) {
  try {
    step();
  } catch (const graph::GraphError& error) {
    return error.what();
  }
  return "";
}

std::string error_of_text(const std::string& bytes) {
  return error_of([&] { parse_onnx(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), "m.onnx"); });
}

Writer one_convolution() {
  Writer w;
  w.input("x", {1, 3, 8, 8});
  w.output(w.node("Conv", {"x", w.constant("w", {4, 3, 3, 3})}, "y"));
  return w;
}

std::string error_of_node(const std::string& type, const std::vector<std::int64_t>& dims,
                          const std::vector<Attr>& attributes = {},
                          const std::vector<std::vector<std::int64_t>>& operands = {}) {
  Writer w;
  std::vector<std::string> inputs = {w.input("x", dims)};
  for (const auto& values : operands) inputs.push_back(w.integers("operand" + std::to_string(inputs.size()), values));
  w.output(w.node(type, inputs, "y", attributes));
  return w.error();
}

TEST(OnnxErrors, TheFileTheNodeAndWhatWasExpectedAreNamed) {
  Writer w = one_convolution();
  w.node_messages.clear();
  w.node("Conv", {"x", "w"}, "y", {integers("strides", {0, 1})});
  EXPECT_EQ(w.error(), "test.onnx: node 0 (Conv, 'y'): found stride 0");
}

TEST(OnnxErrors, OtherFilesAreNoModels) {
  EXPECT_THAT(error_of_text(""), HasSubstr("m.onnx: found 0 bytes, expected an .onnx model"));
  EXPECT_THAT(error_of_text("{\"a\": 1}"), HasSubstr("truncated or corrupt"));
  EXPECT_THAT(error_of_text(std::string(2, '\0')), HasSubstr("truncated or corrupt"));
  EXPECT_THAT(error_of_text("\x08\x08"), HasSubstr("found no graph"));
  EXPECT_THAT(error_of_text("version https://git-lfs.github.com/spec/v1\n"), HasSubstr("found a git-lfs pointer"));
}

TEST(OnnxErrors, OperatorSets) {
  Writer w = one_convolution();
  w.opset = 8;
  EXPECT_EQ(w.error(), "test.onnx: found operator set 8, expected 9 to 21");
  w.opset = 99;
  EXPECT_THAT(w.error(), HasSubstr("found operator set 99"));
}

TEST(OnnxErrors, DimensionsKnownAtRunTimeOnlyButTheBatch) {
  Writer w;
  w.input("x", {-1, -2, 8});
  w.output(w.node("Relu", {"x"}, "y"));
  EXPECT_THAT(w.error(), HasSubstr("input 'x': found dimension 'time', which is known only at run time"));
}

TEST(OnnxErrors, ShapesFromOutsideFillInWhatTheFileLeavesOpen) {
  Writer w;
  w.input("x", {-1, -2, 8}), w.input("z", {-1, -2, 1});
  w.output(w.node("Add", {"x", "z"}, "y"));
  const std::vector<std::uint8_t> file = w.bytes();
  const auto read = [&](const std::string& shapes) {
    return parse_onnx(file.data(), file.size(), "m", "", import::parse_shapes(shapes));
  };
  const graph::Graph g = read("x=2x5x8");  // by their names the dimensions of z are known, too
  EXPECT_EQ(g.tensors[static_cast<std::size_t>(g.inputs[1])].shape, (graph::Shape{2, 5, 1}));
  EXPECT_EQ(error_of([&] { read("x=2x5x9"); }),
            "m: input 'x': was given the shape [2x5x9], which does not fit the file's");
  EXPECT_EQ(error_of([&] { read("q=1"); }), "m: was given a shape for 'q', expected one of its inputs: 'x', 'z'");
  for (const char* wrong : {"x", "x=", "=1x2", "x=1xx2", "x=1x0", "x=-1", "x=99999999999999999999", "x=1,x=1"})
    EXPECT_THAT(error_of([&] { read(wrong); }), HasSubstr("shapes: found '")) << wrong;
}

TEST(OnnxErrors, NamesThatNothingProduces) {
  Writer w = one_convolution();
  w.node("Relu", {"nobody"}, "z");
  EXPECT_THAT(w.error(), HasSubstr("node 1 (Relu, 'z'): reads 'nobody', which nothing before it produces"));
  Writer v = one_convolution();
  v.output("missing");
  EXPECT_THAT(v.error(), HasSubstr("output 'missing'"));
}

TEST(OnnxErrors, NamesMadeTwice) {
  Writer w = one_convolution();
  w.node("Relu", {"x"}, "y");
  EXPECT_THAT(w.error(), HasSubstr("found 'y' made twice"));
}

TEST(OnnxErrors, ControlFlow) {
  Writer w;
  w.input("x", {1, 4});
  w.output(w.node("If", {"x"}, "y", {testing::graph("then_branch")}));
  EXPECT_THAT(w.error(), HasSubstr("node 0 (If, 'y'): runs another graph; expected no control flow"));
}

TEST(OnnxErrors, UnknownOperatorsWithoutAShape) {
  EXPECT_THAT(error_of_node("Mystery", {1, 4}),
              HasSubstr("node 0 (Mystery, 'y'): output 0 'y' has no known shape in the file and cannot be inferred"));
}

TEST(OnnxErrors, ConstantsOfAnotherSize) {
  Writer w = one_convolution();
  w.initializers[0] = tensor_message("w", {4, 3, 3, 3}, f::FLOAT, std::string(100, '\0'));
  EXPECT_THAT(w.error(), HasSubstr("constant 'w': found 100 bytes of data, expected 432 for float32 [4x3x3x3]"));
}

TEST(OnnxErrors, TypesAndShapesThatCannotBe) {
  Writer w = one_convolution();
  w.initializers[0] = tensor_message("w", {4, 3, 3, 3}, f::STRING, "");
  EXPECT_THAT(w.error(), HasSubstr("constant 'w': found type 8"));
  w.initializers[0] = tensor_message("w", {-4}, f::FLOAT, "");
  EXPECT_THAT(w.error(), HasSubstr("constant 'w': found a dimension of -4"));
  w.initializers[0] = tensor_message("w", {1 << 30, 1 << 30, 1 << 30}, f::FLOAT, "");
  EXPECT_THAT(w.error(), HasSubstr("more than 2^40 elements"));
  w.initializers[0] = tensor_message("w", std::vector<std::int64_t>(100, 1), f::FLOAT, "");
  EXPECT_THAT(w.error(), HasSubstr("more than 32 elements in field 1 of TensorProto"));
}

TEST(OnnxErrors, OperandsThatDoNotFit) {
  EXPECT_THAT(error_of_node("Reshape", {2, 5}, {}, {{3, -1}}),
              HasSubstr("found 10 elements, expected a multiple of 3"));
  EXPECT_THAT(error_of_node("Reshape", {2, 5}, {}, {{3, 3}}), HasSubstr("cannot reshape [2x5] to [3x3]"));
  EXPECT_THAT(error_of_node("Transpose", {2, 5}, {integers("perm", {0, 0})}), HasSubstr("found a perm"));
  EXPECT_THAT(error_of_node("Softmax", {2, 5}, {integer("axis", 2)}), HasSubstr("found axis 2 of 2 dimensions"));
  EXPECT_THAT(error_of_node("MaxPool", {1, 3, 8, 8}), HasSubstr("found no kernel_shape"));
  EXPECT_THAT(error_of_node("MaxPool", {1, 3, 8, 8}, {integers("kernel_shape", {3})}),
              HasSubstr("found 1 numbers in kernel_shape, expected 2"));
  EXPECT_THAT(error_of_node("Split", {2, 5}, {integer("axis", 1)}, {{9}}), HasSubstr("cannot split [2x5]"));
  EXPECT_THAT(error_of_node("Slice", {5}, {}, {{0}, {2}, {0}, {0}}), HasSubstr("found step 0"));
}

TEST(OnnxErrors, ShapesKnownAtRunTimeOnly) {
  Writer w;
  w.input("x", {2, 5}), w.input("sizes", {2}, f::INT64);
  w.output(w.node("Reshape", {"x", "sizes"}, "y"));
  EXPECT_THAT(w.error(), HasSubstr("input 1 is known only at run time, expected a constant"));
}

TEST(OnnxErrors, FieldsOfAnotherWireType) {
  EXPECT_THAT(error_of_text(std::string("\x3a\x02\x08\x01", 4)),
              HasSubstr("found wire type 0 in field 1 of GraphProto, expected 2"));
}

TEST(OnnxErrors, MillionsOfEmptyNodesAreRefused) {
  Writer w = one_convolution();
  std::string nodes;
  for (int i = 0; i < (1 << 20) + 1; ++i) nodes += std::string("\x0a\x00", 2);
  w.extra = nodes;
  EXPECT_THAT(w.error(), HasSubstr("found more nodes than any model has"));
}

TEST(OnnxErrors, ChainsOfDoublingShapesStaySmall) {
  Writer w;
  w.input("x", {1, 4});
  w.integers("s0", {1, 1, 1, 1});
  for (int i = 0; i < 64; ++i) {
    const std::string from = "s" + std::to_string(i);
    w.node("Concat", {from, from}, "s" + std::to_string(i + 1), {integer("axis", 0)});
  }
  w.output(w.node("Reshape", {"x", "s64"}, "y"));
  EXPECT_THAT(w.error(), HasSubstr("test.onnx: node"));
}

TEST(OnnxErrors, OneConstantReadManyTimesIsRefused) {
  const auto error = [](auto node) {
    Writer w;
    w.input("x", {1 << 16, 1});
    w.constant("table", {1 << 16}, f::INT64), w.constant("scales", {1 << 16}), w.constant("w", {1 << 16, 1}, f::INT8);
    for (int i = 0; i < 2000; ++i) node(w, std::to_string(i));
    return w.error();
  };
  const std::string refused = "found the same constants read more often than any exporter writes";
  EXPECT_THAT(error([](Writer& w, const std::string& i) {
                w.node("DequantizeLinear", {"w", "scales"}, i);
              }),
              HasSubstr(refused));
  EXPECT_THAT(error([](Writer& w, const std::string& i) {
                w.node("Slice", {"x", "table", "table", "table"}, i);
              }),
              HasSubstr("node 0"));
  EXPECT_THAT(error([](Writer& w, const std::string& i) {
                w.node("Unsqueeze", {"table", w.integers("axes" + i, {0})}, "u" + i);
                w.node("Shape", {"u" + i}, i);
                w.node("Pad", {"x", "table", "", i}, "p" + i);
              }),
              HasSubstr("node"));
}

// Constants in other files. A model beside them, in a folder of its own.
class OnnxExternalData : public ::testing::Test {
 protected:
  void SetUp() override {
    const ::testing::TestInfo* info = ::testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::path(::testing::TempDir()) / (std::string("takt_onnx_") + info->name());
    folder_ = root_ / "model";
    fs::remove_all(root_);
    fs::create_directories(folder_ / "sub");
    write(folder_ / "weights.bin", 1000);
    write(root_ / "secret.bin", 1000);
  }
  void TearDown() override { fs::remove_all(root_); }

  static void write(const fs::path& path, std::size_t size) {
    std::ofstream(path, std::ios::binary) << std::string(size, '\0');
  }

  std::string error(const std::string& location, const std::string& offset = "", const std::string& length = "") const {
    Writer w;
    w.input("x", {1, 3, 8, 8});
    w.output(w.node("Conv", {"x", w.external("w", {4, 3, 3, 3}, f::FLOAT, location, offset, length)}, "y"));
    return w.error(folder_.string());
  }

  fs::path root_, folder_;
};

TEST_F(OnnxExternalData, InTheModelsFolderIsRead) {
  EXPECT_EQ(error("weights.bin"), "");
  EXPECT_EQ(error("weights.bin", "568", "432"), "");
  write(folder_ / "sub" / "more.bin", 432);
  EXPECT_EQ(error("sub/more.bin"), "");
}

TEST_F(OnnxExternalData, RangesOutsideTheFile) {
  EXPECT_THAT(error("weights.bin", "569"),
              HasSubstr("found 432 bytes at 569 of external data 'weights.bin', beyond the "
                        "file's 1000"));
  EXPECT_THAT(error("weights.bin", "18446744073709551615"), HasSubstr("beyond the file's 1000"));
  EXPECT_THAT(error("weights.bin", "0", "431"), HasSubstr("found 431 bytes of external data"));
  EXPECT_THAT(error("weights.bin", "-1"), HasSubstr("found offset '-1'"));
  EXPECT_THAT(error("weights.bin", "99999999999999999999"), HasSubstr("found offset"));
}

TEST_F(OnnxExternalData, OutsideTheModelsFolder) {
  for (const std::string& location : {std::string("../secret.bin"), (root_ / "secret.bin").string(),
                                      std::string("sub/../../secret.bin"), std::string("/etc/passwd"), std::string(""),
                                      std::string("sub/../weights.bin"), std::string("weights.bin\0x", 13)})
    EXPECT_THAT(error(location), HasSubstr("expected a file in the model's folder")) << location;
  EXPECT_THAT(error("sub"), HasSubstr("found no regular file"));
  EXPECT_THAT(error("."), HasSubstr("external data"));
  EXPECT_THAT(error("missing.bin"), HasSubstr("found no file for external data 'missing.bin'"));
}

TEST_F(OnnxExternalData, LinksOutOfTheModelsFolder) {
  fs::create_symlink(root_ / "secret.bin", folder_ / "link.bin");
  fs::create_directory_symlink(root_, folder_ / "up");
  fs::create_symlink(folder_ / "weights.bin", folder_ / "inside.bin");
  EXPECT_THAT(error("link.bin"), HasSubstr("a link out of the model's folder"));
  EXPECT_THAT(error("up/secret.bin"), HasSubstr("a link out of the model's folder"));
  EXPECT_EQ(error("inside.bin"), "");
}

TEST_F(OnnxExternalData, WeightsAreNotRead) {
  std::ofstream(folder_ / "huge.bin").close();
  fs::resize_file(folder_ / "huge.bin", std::uintmax_t{1} << 36);  // sparse
  Writer w;
  w.input("x", {1, 1 << 17});
  w.output(w.node("MatMul", {"x", w.external("w", {1 << 17, 1 << 17}, f::FLOAT, "huge.bin")}, "y"));
  EXPECT_EQ(graph::weight_bytes_of(w.read(folder_.string())), std::uint64_t{1} << 36);
}

TEST_F(OnnxExternalData, SmallNumbersAreReadFromThere) {
  std::ofstream(folder_ / "sizes.bin", std::ios::binary) << std::string(8, '\xff') << raw_integers({5, 2});
  Writer w;
  w.input("x", {2, 5});
  w.output(w.node("Reshape", {"x", w.external("sizes", {2}, f::INT64, "sizes.bin", "8", "16")}, "y"));
  const graph::Graph g = w.read(folder_.string());
  EXPECT_EQ(g.tensors[static_cast<std::size_t>(g.outputs[0])].shape, (graph::Shape{5, 2}));
}

TEST_F(OnnxExternalData, AModelFromAPathKnowsItsFolder) {
  Writer w;
  w.input("x", {1, 3, 8, 8});
  w.output(w.node("Conv", {"x", w.external("w", {4, 3, 3, 3}, f::FLOAT, "weights.bin")}, "y"));
  const std::vector<std::uint8_t> bytes = w.bytes();
  const std::string path = (folder_ / "network.v2.bin").string();  // the contents count, not the name
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));
  EXPECT_EQ(import::read_model(path).name, "network.v2");
  EXPECT_FALSE(import::is_self_contained(path));
  EXPECT_THAT(error_of([&] { parse_onnx(bytes.data(), bytes.size(), "m"); }), HasSubstr("external data 'weights.bin'"));
}

TEST_F(OnnxExternalData, FilesThatAreNoModels) {
  const std::string path = (folder_ / "notes.onnx").string();
  EXPECT_THAT(error_of([&] { import::read_model(path); }), HasSubstr("notes.onnx: found no such file"));
  EXPECT_THAT(error_of([&] { import::read_model(folder_.string()); }), HasSubstr("found no regular file"));
  std::ofstream(path) << "plain text";
  EXPECT_THAT(error_of([&] { import::read_model(path); }), HasSubstr("expected a .tflite or .onnx model"));
}

}  // namespace
}  // namespace takt::onnx
