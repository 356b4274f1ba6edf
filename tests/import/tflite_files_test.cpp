// The published files, against an independent reader's figures (models_summary.csv and models_ops.csv of the shared
// data).
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "sim/graph/describe.h"
#include "sim/import/tflite/reader.h"
#include "sim/zoo/zoo.h"

namespace takt::tflite {
namespace {

using Row = std::map<std::string, std::string>;

std::string folder() {
  const char* shared = std::getenv("TAKT_SHARED");
  return shared == nullptr ? "" : std::string(shared) + "/data/models/";
}

bool is_absent() { return folder().empty() || !std::filesystem::exists(folder() + "models_summary.csv"); }

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted) cells.emplace_back();
    if (c != '"' && (c != ',' || quoted) && c != '\r') cells.back() += c;
  }
  return cells;
}

std::vector<Row> table(const std::string& name) {
  std::ifstream stream(folder() + name);
  std::string line;
  std::getline(stream, line);
  const std::vector<std::string> keys = cells_of(line);
  std::vector<Row> rows;
  while (std::getline(stream, line)) {
    const std::vector<std::string> cells = cells_of(line);
    Row row;
    for (std::size_t i = 0; i < keys.size() && i < cells.size(); ++i) row[keys[i]] = cells[i];
    rows.push_back(row);
  }
  return rows;
}

graph::Graph read(const Row& row) { return read_tflite(folder() + row.at("file")); }

// The table's column counts every constant of a file, also shape operands and those no operator reads.
std::uint64_t constant_bytes(const graph::Graph& g) {
  std::uint64_t total = 0;
  for (const graph::Tensor& tensor : g.tensors)
    if (tensor.constant) total += tensor.bytes();
  return total;
}

// Of these, what describes operators or is not read at all.
std::uint64_t bytes_beside_weights(const graph::Graph& g) {
  std::vector<bool> weight(g.tensors.size(), false);
  for (const graph::Op& op : g.ops)
    for (std::size_t i = 0; i < op.inputs.size(); ++i)
      if (op.inputs[i] != graph::no_tensor && !graph::is_shape_operand(op, i))
        weight[static_cast<std::size_t>(op.inputs[i])] = true;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < weight.size(); ++i)
    if (g.tensors[i].constant && !weight[i]) total += g.tensors[i].bytes();
  return total;
}

// "1x28x28x8" for [1x28x28x8], ";" between outputs.
std::string output_shapes(const graph::Graph& g, const graph::Op& op) {
  std::string text;
  for (const graph::TensorId id : op.outputs) {
    const std::string shape = graph::to_text(g.tensors[static_cast<std::size_t>(id)].shape);
    text += (text.empty() ? "" : ";") + shape.substr(1, shape.size() - 2);
  }
  return text;
}

class TfliteFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    if (is_absent()) GTEST_SKIP() << "no published model files here";
    summary_ = table("models_summary.csv");
    ASSERT_EQ(summary_.size(), 20u);
  }

  std::vector<Row> summary_;
};

TEST_F(TfliteFiles, EveryOneImportsWithItsOperators) {
  for (const Row& row : summary_) EXPECT_EQ(std::to_string(read(row).ops.size()), row.at("ops")) << row.at("file");
}

TEST_F(TfliteFiles, MacsAreTheTables) {
  for (const Row& row : summary_) {
    const auto macs = static_cast<std::int64_t>(graph::macs_of(read(row)));
    std::int64_t expected = std::stoll(row.at("macs"));
    // The table took the bias [16] of this file's first layer for its weights [16x1] and left its 16 x 1 MACs out.
    if (row.at("file") == "tflm_hello_world_int8.tflite") expected += 16;
    if (row.at("macs_note") == "exact")
      EXPECT_EQ(macs, expected) << row.at("file");
    else  // "rounded to 50 per operator"
      EXPECT_LE(std::llabs(macs - expected), 50 * std::stoll(row.at("ops"))) << row.at("file");
  }
}

TEST_F(TfliteFiles, ConstantBytesAreTheTables) {
  for (const Row& row : summary_) {
    const graph::Graph g = read(row);
    EXPECT_EQ(std::to_string(constant_bytes(g)), row.at("weight_bytes")) << row.at("file");
    EXPECT_EQ(graph::weight_bytes_of(g), constant_bytes(g) - bytes_beside_weights(g)) << row.at("file");
  }
}

TEST_F(TfliteFiles, EveryOperatorHasTheTablesShapesAndMacs) {
  std::map<std::string, graph::Graph> graphs;
  for (const Row& row : summary_) graphs.emplace(row.at("file"), read(row));
  for (const Row& row : table("models_ops.csv")) {
    const graph::Graph& g = graphs.at(row.at("file"));
    const std::size_t index = std::stoul(row.at("op_index"));
    const graph::Op& op = g.ops.at(index);
    // The table drops every dimension of 1 here; the file's squeeze_dims are 1 and 2, so the batch stays.
    const bool is_squeeze = op.kind == graph::OpKind::squeeze && row.at("out_shape") == "1001";
    EXPECT_EQ(output_shapes(g, op), is_squeeze ? "1x1001" : row.at("out_shape"))
        << row.at("file") << " " << graph::describe(g, index);
    const double mega = std::stod(row.at("mmacs"));  // four decimals
    EXPECT_NEAR(static_cast<double>(graph::macs_of(g, op)), mega * 1e6, 50.5) << row.at("file") << " " << index;
  }
}

struct Twin {
  const char* network;
  const char* file;
};

constexpr Twin twins[] = {
    {"mobilenet_edgetpu", "mlperf_mobile_mobilenet_edgetpu_224_uint8.tflite"},
    {"edsr", "mlperf_mobile_edsr_f32b5_int8.tflite"},
    {"deeplabv3_plus_mobilenet_v2", "mlperf_mobile_deeplabv3_mnv2_ade20k_uint8.tflite"},
};

TEST_F(TfliteFiles, NetworksOfTheZooHaveTheOperatorsOfTheirFiles) {
  for (const Twin& twin : twins) {
    const graph::Graph built = zoo::build(twin.network), file = read_tflite(folder() + twin.file);
    ASSERT_EQ(built.ops.size(), file.ops.size()) << twin.network;
    for (std::size_t i = 0; i < built.ops.size(); ++i) {
      EXPECT_EQ(built.ops[i].kind, file.ops[i].kind) << twin.network << " " << graph::describe(built, i);
      EXPECT_EQ(output_shapes(built, built.ops[i]), output_shapes(file, file.ops[i])) << graph::describe(built, i);
      EXPECT_EQ(graph::macs_of(built, built.ops[i]), graph::macs_of(file, file.ops[i])) << graph::describe(built, i);
      EXPECT_EQ(built.ops[i].pad_top, file.ops[i].pad_top) << graph::describe(built, i);
      EXPECT_EQ(built.ops[i].pad_right, file.ops[i].pad_right) << graph::describe(built, i);
    }
  }
}

TEST_F(TfliteFiles, AnOperatorTheNpuLacksIsNamed) {
  const graph::Graph g = read_tflite(folder() + "mlperf_mobile_segmenter_r3_uint8.tflite");
  EXPECT_EQ(g.ops.back().kind, graph::OpKind::custom);
  EXPECT_EQ(g.ops.back().custom_code, "ResizeArgmax");
}

}  // namespace
}  // namespace takt::tflite
