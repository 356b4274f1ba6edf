// Figures of published networks. torchvision: `num_params` and `_ops` (in units of 1e9 multiply-accumulates, three
// decimals) of each model's weights metadata, torchvision 0.15, torchvision.models. The two MLPerf Mobile networks and
// MobileNetV2 to the last MAC: counted from the published TFLite files by an independent reader (models_summary.csv of
// the shared data).
#include "sim/zoo/zoo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "sim/graph/error.h"

namespace takt::zoo {
namespace {

using ::testing::HasSubstr;

struct Published {
  const char* name;
  std::uint64_t parameters;  // with batch normalisation's two per channel
  std::uint64_t mega_macs;   // rounded
};

constexpr Published torchvision[] = {
    {"efficientnet_b0", 5288548, 386}, {"googlenet", 6624904, 1498},         {"mobilenet_v2", 3504872, 301},
    {"resnet18", 11689512, 1814},      {"resnet50", 25557032, 4089},         {"resnet101", 44549160, 7801},
    {"squeezenet1_1", 1235496, 349},   {"wide_resnet50_2", 68883240, 11398},
};

// Convolutions without batch normalisation keep a bias of their own.
bool is_normalised(const std::string& network, const graph::Op& op) {
  const bool is_conv = op.kind == graph::OpKind::conv2d || op.kind == graph::OpKind::depthwise_conv2d;
  return is_conv && network != "squeezenet1_1" && op.name.find(".se.fc") == std::string::npos;
}

// Folding leaves one bias of batch normalisation's scale and shift.
std::uint64_t parameters_before_folding(const graph::Graph& g) {
  std::uint64_t total = 0;
  for (const graph::Op& op : g.ops)
    for (std::size_t i = 1; i < op.inputs.size(); ++i) {
      const graph::Tensor& tensor = g.tensors.at(static_cast<std::size_t>(op.inputs[i]));
      if (!tensor.constant) continue;
      total += tensor.elements() * (i == 2 && is_normalised(g.name, op) ? 2 : 1);
    }
  return total;
}

TEST(Zoo, NetworksHaveTheirPublishedParameters) {
  for (const Published& row : torchvision)
    EXPECT_EQ(parameters_before_folding(build(row.name)), row.parameters) << row.name;
}

TEST(Zoo, NetworksHaveTheirPublishedMacs) {
  for (const Published& row : torchvision)
    EXPECT_EQ((graph::macs_of(build(row.name)) + 500000) / 1000000, row.mega_macs) << row.name;
}

TEST(Zoo, NetworksOfPublishedFilesHaveTheirMacsExactly) {
  EXPECT_EQ(graph::macs_of(build("mobilenet_v2")), 300774272u);
  EXPECT_EQ(graph::macs_of(build("mobilenet_edgetpu")), 990670464u);
  EXPECT_EQ(graph::macs_of(build("edsr")), 54792806400u);
  EXPECT_EQ(graph::macs_of(build("deeplabv3_plus_mobilenet_v2")), 5277302784u);
}

TEST(Zoo, ClassifiersEndInTheirClasses) {
  for (const Published& row : torchvision) {
    const graph::Graph g = build(row.name);
    EXPECT_EQ(g.tensors.at(static_cast<std::size_t>(g.outputs.at(0))).shape, (graph::Shape{1, 1000})) << row.name;
  }
}

TEST(Zoo, SuperResolutionDoublesRowsAndColumns) {
  const graph::Graph g = build("edsr");
  EXPECT_EQ(g.tensors.at(static_cast<std::size_t>(g.inputs.at(0))).shape, (graph::Shape{1, 540, 960, 3}));
  EXPECT_EQ(g.tensors.at(static_cast<std::size_t>(g.outputs.at(0))).shape, (graph::Shape{1, 1080, 1920, 3}));
}

TEST(Zoo, EveryNameBuildsAValidGraphOfThatName) {
  for (const std::string& name : names()) {
    const graph::Graph g = build(name);
    EXPECT_EQ(g.name, name);
    EXPECT_NO_THROW(graph::validate(g)) << name;
  }
}

TEST(Zoo, OperatorNamesAreUnique) {
  for (const std::string& name : names()) {
    std::vector<std::string> seen;
    for (const graph::Op& op : build(name).ops) seen.push_back(op.name);
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end()) << name;
  }
}

TEST(Zoo, NamesAreSorted) {
  const std::vector<std::string> all = names();
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
}

TEST(Zoo, AnUnknownNameIsAnsweredWithTheNearest) {
  try {
    build("resnet5");
    FAIL();
  } catch (const graph::GraphError& error) {
    EXPECT_THAT(error.what(), HasSubstr("found network 'resnet5', which is not in the zoo; nearest: resnet50"));
  }
  EXPECT_THROW(build(""), graph::GraphError);
  EXPECT_THROW(build(std::string(1 << 20, 'x')), graph::GraphError);
}

}  // namespace
}  // namespace takt::zoo
