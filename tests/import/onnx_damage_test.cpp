// Damaged files give an error or a valid graph, never a crash (which the sanitizers would see).
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "sim/graph/error.h"
#include "sim/import/onnx/reader.h"
#include "tests/import/onnx_writer.h"

namespace takt::onnx {
namespace {

using namespace testing;

// True where the bytes made a graph; it is valid then.
bool survives(const std::vector<std::uint8_t>& bytes) {
  graph::Graph g;
  try {
    g = parse_onnx(bytes.data(), bytes.size(), "damaged.onnx");
  } catch (const graph::GraphError&) {
    return false;
  }
  graph::validate(g);
  graph::weight_bytes_of(g);
  return true;
}

Writer one_convolution() {
  Writer w;
  w.input("x", {-1, 3, 8, 8});
  const std::string x = w.qdq("x"), filter = w.weights("w", {4, 3, 3, 3});
  w.node("Conv", {x, filter, w.bias("b", 4)}, "c",
         {integers("strides", {2, 2}), integers("pads", {1, 1, 1, 1}), integer("group", 1)});
  w.output(w.qdq(w.node("Relu", {"c"}, "r")));
  return w;
}

// What a number in a well-formed file becomes.
struct Numbers {
  std::mt19937* random = nullptr;  // nullptr: leaves them
  int left = 0;

  std::int64_t operator()(std::int64_t value) {
    constexpr std::int64_t senseless[] = {0,
                                          1,
                                          -1,
                                          -2,
                                          2,
                                          3,
                                          7,
                                          17,
                                          65536,
                                          std::int64_t{1} << 31,
                                          std::int64_t{1} << 40,
                                          std::int64_t{1} << 62,
                                          std::numeric_limits<std::int64_t>::max(),
                                          std::numeric_limits<std::int64_t>::min()};
    if (random == nullptr || left == 0 || (*random)() % 40 != 0) return value;
    --left;
    return senseless[(*random)() % std::size(senseless)];
  }
};

// About thirty operators, with every kind of attribute and shape operand.
Writer many_operators(Numbers n = {}) {
  Writer w = one_convolution();
  std::string x = "r_q_d";  // [1, 4, 4, 4]
  int next = 0;
  const auto list = [&](std::vector<std::int64_t> values) {
    for (std::int64_t& value : values) value = n(value);
    return values;
  };
  const auto operand = [&](std::vector<std::int64_t> values) {
    return w.integers("operand" + std::to_string(next++), list(std::move(values)));
  };
  const auto then = [&](const char* type, std::vector<std::string> operands, const std::vector<Attr>& attributes = {}) {
    operands.insert(operands.begin(), x);
    x = w.node(type, operands, "t" + std::to_string(next++), attributes);
  };
  then("Conv", {w.weights("dw", {4, 1, 3, 3})},
       {integer("group", n(4)), integers("pads", list({1, 1, 1, 1})), integers("dilations", list({1, 1}))});
  then("Pad", {operand({0, 0, 1, 1, 0, 0, 1, 1})});
  then("MaxPool", {},
       {integers("kernel_shape", list({3, 3})), integers("strides", list({1, 1})), integer("ceil_mode", n(1))});
  then("Add", {w.constant("bias4", {4, 1, 1})});
  then("Transpose", {}, {integers("perm", list({0, 2, 3, 1}))});
  then("Transpose", {}, {integers("perm", list({0, 3, 1, 2}))});
  then("Resize", {"", "", operand({1, 4, 8, 8})}, {text("mode", "linear")});
  then("Slice", {operand({0, -8}), operand({8, 4}), operand({2, 3}), operand({2, 1})});
  then("ConvTranspose", {w.constant("up", {4, 4, 2, 2})},
       {integers("strides", list({2, 2})), integers("output_padding", list({0, 0}))});
  then("DepthToSpace", {}, {integer("blocksize", n(2))});
  then("SpaceToDepth", {}, {integer("blocksize", n(2))});
  w.nodes("Split", {x}, {"left", "right"}, {integer("axis", n(1))});
  x = w.node("Concat", {"right", "left"}, "joined", {integer("axis", n(-3))});
  w.node("Shape", {x}, "shape", {integer("start", n(0)), integer("end", n(2))});
  w.node("Concat", {"shape", operand({-1})}, "sizes", {integer("axis", n(0))});
  w.node("Mul", {"sizes", operand({1})}, "product");
  then("Reshape", {"product"});
  then("Softmax", {}, {integer("axis", n(-1))});
  then("MatMul", {w.constant("square", {64, 6})});
  then("Add", {w.constant("bias6", {6})});
  then("Squeeze", {operand({0})});
  then("Unsqueeze", {operand({0, 3})});
  then("ReduceMean", {}, {integers("axes", list({3})), integer("keepdims", n(0))});
  then("Gather", {operand({1})}, {integer("axis", n(1))});
  then("Flatten", {}, {integer("axis", n(1))});
  then("Gemm", {w.constant("gemm", {6, 5})}, {integer("transA", n(0)), integer("transB", n(0))});
  w.output(x);
  return w;
}

TEST(OnnxDamage, TheUndamagedFilesAreRead) {
  EXPECT_EQ(one_convolution().error(), "");
  EXPECT_EQ(many_operators().error(), "");
}

TEST(OnnxDamage, TruncationAtAnyLength) {
  for (const std::vector<std::uint8_t>& bytes : {one_convolution().bytes(), many_operators().bytes()})
    for (std::size_t size = 0; size < bytes.size(); ++size)
      EXPECT_FALSE(survives({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)})) << size;
}

TEST(OnnxDamage, EveryByteReplaced) {
  const std::vector<std::uint8_t> bytes = one_convolution().bytes();
  for (std::size_t i = 0; i < bytes.size(); ++i)
    for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff, bytes[i] ^ 0x04, bytes[i] ^ 0x08}) {
      std::vector<std::uint8_t> damaged = bytes;
      damaged[i] = static_cast<std::uint8_t>(value);
      survives(damaged);
    }
}

TEST(OnnxDamage, RandomBitsFlipped) {
  const std::vector<std::uint8_t> bytes = many_operators().bytes();
  std::mt19937 random(20240601);
  int survivors = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::uint8_t> damaged = bytes;
    for (std::uint32_t flips = 1 + random() % 8; flips > 0; --flips)
      damaged[random() % damaged.size()] ^= static_cast<std::uint8_t>(1U << random() % 8);
    survivors += survives(damaged);
  }
  EXPECT_GT(survivors, 0);  // weights take no harm
}

TEST(OnnxDamage, AnAbsentFirstOperandIsRefused) {
  for (const char* type : {"Max", "Add", "Concat", "Conv", "Softmax"}) {
    Writer w;
    w.input("x", {1, 4});
    w.output(w.node(type, {"", w.qdq("x")}, "y"));
    EXPECT_NE(w.error(), "") << type;
  }
}

TEST(OnnxDamage, AResizeToMoreThanAnImageHasIsRefused) {
  Writer w;
  w.input("x", {1, 1, 2, 2});
  w.output(w.node("Resize", {"x", "", "", w.integers("sizes", {1, 1, 2, 1 << 28})}, "y"));
  const std::vector<std::uint8_t> bytes = w.bytes();
  EXPECT_THROW(parse_onnx(bytes.data(), bytes.size(), "large.onnx", "", {}, graph::WithContents::yes),
               graph::GraphError);
}

TEST(OnnxDamage, SenselessNumbersInAWellFormedFile) {
  std::mt19937 random(20240602);
  int survivors = 0;
  for (int round = 0; round < 2000; ++round) survivors += survives(many_operators({&random, 3}).bytes());
  EXPECT_GT(survivors, 0);
}

}  // namespace
}  // namespace takt::onnx
