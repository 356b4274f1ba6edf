// Figures of published networks. torchvision: `num_params` and `_ops` (in units of 1e9 multiply-accumulates, three
// decimals) of each model's weights metadata, torchvision 0.15, torchvision.models. The two MLPerf Mobile networks and
// MobileNetV2 to the last MAC: counted from the published TFLite files by an independent reader (models_summary.csv of
// the shared data). The others: see the tables.
#include "sim/zoo/zoo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "sim/graph/error.h"

namespace takt::zoo {
namespace {

using ::testing::HasSubstr;

// A head that only training uses: published counts include it, the graphs leave it out.
struct TrainingHead {
  std::uint64_t parameters = 0, macs = 0;
};

constexpr std::uint64_t fcn_weights = 1024 * 256 * 9 + 256 * 21;  // 3x3 to 256 channels, 1x1 to 21 classes
constexpr TrainingHead fcn_head = {fcn_weights + 2 * 256 + 21, fcn_weights * 65 * 65};
constexpr TrainingHead inception_head = {  // 1x1, 5x5, classifier; its MACs are not in `_ops`
    (768 * 128 + 2 * 128) + (128 * 768 * 25 + 2 * 768) + (768 * 1000 + 1000), 0};

struct Published {
  const char* name;
  std::uint64_t parameters;  // with batch normalisation's two per channel
  std::uint64_t mega_macs;   // rounded
  // Convolutions that keep a bias of their own have this in their names; "": all do.
  const char* unnormalised = "-";
  TrainingHead head = {};
};

constexpr Published torchvision[] = {
    {"convnext_base", 88591464, 15355, ""},
    {"convnext_tiny", 28589128, 4456, ""},
    {"densenet121", 7978856, 2834},
    {"densenet201", 20013928, 4291},
    {"efficientnet_b0", 5288548, 386, ".se.fc"},
    {"efficientnet_b4", 19341616, 4394, ".se.fc"},
    {"efficientnet_v2_s", 21458488, 8366, ".se.fc"},
    {"fcn_resnet50", 35322218, 152717, "classifier.4", fcn_head},
    {"googlenet", 6624904, 1498},
    {"inception_v3", 27161264, 5713, "-", inception_head},
    {"mc3_18", 11695440, 43343},
    {"mnasnet0_5", 2218512, 104},
    {"mobilenet_v2", 3504872, 301},
    {"mobilenet_v3_large", 5483032, 217, ".se.fc"},
    {"mobilenet_v3_small", 2542856, 57, ".se.fc"},
    {"r2plus1d_18", 31505325, 40519},
    {"r3d_18", 33371472, 40697},
    {"regnet_x_3_2gf", 15296552, 3177},
    {"regnet_y_3_2gf", 19436338, 3176, ".se.fc"},
    {"resnet18", 11689512, 1814},
    {"resnet50", 25557032, 4089},
    {"resnet101", 44549160, 7801},
    {"resnet152", 60192808, 11514},
    {"resnext50_32x4d", 25028904, 4230},
    {"resnext101_32x8d", 88791336, 16414},
    {"shufflenet_v2_x0_5", 1366792, 40},
    {"squeezenet1_1", 1235496, 349, ""},
    {"vgg19", 143667240, 19632, ""},
    {"vit_b_16", 86567656, 17564, ""},
    {"wide_resnet50_2", 68883240, 11398},
};

// A factor, a limit or a mask of the definition is no parameter.
bool is_parameter(const graph::Graph& g, const graph::Op& op, std::size_t input) {
  const graph::Tensor& tensor = g.tensors.at(static_cast<std::size_t>(op.inputs[input]));
  const bool elementwise =
      op.kind == graph::OpKind::add || op.kind == graph::OpKind::mul || op.kind == graph::OpKind::minimum;
  return tensor.constant && !(elementwise && tensor.elements() == 1) && tensor.name.find("mask") == std::string::npos;
}

std::uint64_t parameters_of(const graph::Graph& g) {
  std::uint64_t total = 0;
  for (const graph::Op& op : g.ops)
    for (std::size_t i = 0; i < op.inputs.size(); ++i)
      if (is_parameter(g, op, i)) total += g.tensors.at(static_cast<std::size_t>(op.inputs[i])).elements();
  return total;
}

// Folding leaves one bias of batch normalisation's scale and shift.
std::uint64_t folded_parameters(const graph::Graph& g, const std::string& unnormalised) {
  std::uint64_t total = 0;
  for (const graph::Op& op : g.ops) {
    const bool is_conv = op.kind == graph::OpKind::conv2d || op.kind == graph::OpKind::depthwise_conv2d ||
                         op.kind == graph::OpKind::conv3d;
    if (is_conv && op.inputs.size() > 2 && op.name.find(unnormalised) == std::string::npos)
      total += g.tensors.at(static_cast<std::size_t>(op.inputs[2])).elements();
  }
  return total;
}

// Published to few digits, or counted with small differences in what is a parameter.
struct Rounded {
  const char* name;
  double parameters, tolerance;
  double mega_macs, macs_tolerance;  // 0: none published
};

constexpr Rounded others[] = {
    // Howard et al., arXiv 1704.04861, table 8: 4.2 M parameters, 569 M MACs.
    {"mobilenet_v1", 4.2e6, 0.05e6, 569, 0.5},
    // Qualcomm AI Hub (aihub_calibration.csv of the shared data, and its MiDaS-V2 page). AI Hub's figures of its small
    // networks are up to 0.3 % above the exact counts. MACs of Real-ESRGAN: derived there, layer by layer.
    {"midas_v2_small", 16.6e6, 0.05e6, 0, 0},
    {"quicksrnet_medium", 55.0e3, 0.2e3, 0, 0},
    {"real_esrgan_x4plus", 16.7e6, 0.05e6, 293700, 50},
    {"sesr_m5", 338e3, 0.5e3, 0, 0},
    {"xlsr", 22.0e3, 0.1e3, 0, 0},
};

TEST(Zoo, NetworksHaveTheirPublishedParameters) {
  for (const Published& row : torchvision) {
    const graph::Graph g = build(row.name);
    EXPECT_EQ(parameters_of(g) + folded_parameters(g, row.unnormalised) + row.head.parameters, row.parameters)
        << row.name;
  }
}

TEST(Zoo, NetworksHaveTheirPublishedMacs) {
  for (const Published& row : torchvision)
    EXPECT_EQ((graph::macs_of(build(row.name)) + row.head.macs + 500000) / 1000000, row.mega_macs) << row.name;
}

TEST(Zoo, NetworksHaveTheParametersAndMacsThatArePublishedRounded) {
  for (const Rounded& row : others) {
    const graph::Graph g = build(row.name);
    EXPECT_NEAR(static_cast<double>(parameters_of(g)), row.parameters, row.tolerance) << row.name;
    if (row.mega_macs > 0) {
      EXPECT_NEAR(static_cast<double>(graph::macs_of(g)) / 1e6, row.mega_macs, row.macs_tolerance) << row.name;
    }
  }
}

// torchvision's swin_t. Its table has a bias for each of 13x13 relative positions and head; looked up, it is one for
// each pair of a window's 49 tokens.
TEST(Zoo, SwinHasItsPublishedParametersAndMacs) {
  const graph::Graph g = build("swin_tiny");
  constexpr std::uint64_t heads = 2 * 3 + 2 * 6 + 6 * 12 + 2 * 24;  // of all blocks
  EXPECT_EQ(parameters_of(g) - heads * (49 * 49 - 13 * 13), 28288354u);
  EXPECT_EQ((graph::macs_of(g) + 500000) / 1000000, 4491u);
}

// huggingface/transformers counts 66955010 parameters of its classifier of sentences. A layer has four products of 768
// and two of 3072 channels, for each of 128 tokens, and the tokens meet each other twice; behind them one token is
// left.
TEST(Zoo, DistilBertHasItsPublishedParametersAndMacs) {
  const graph::Graph g = build("distilbert");
  constexpr std::uint64_t layer = 128ull * (4 * 768 * 768 + 2 * 768 * 3072) + 2ull * 128 * 128 * 768;
  EXPECT_EQ(parameters_of(g), 66955010u);
  EXPECT_EQ(graph::macs_of(g), 6 * layer + 768 * 768 + 768 * 2);
}

// Sun et al., ACL 2020, table 4: 25.3 M parameters, 5.7 G floating point operations (two a MAC) at 128 tokens. Products
// with weights grow with the tokens, those of the 24 attentions with their square.
TEST(Zoo, MobileBertHasItsPublishedParametersAndMacs) {
  const graph::Graph g = build("mobilebert");
  const auto attention = [](double tokens) { return 24 * 2 * tokens * tokens * 128; };
  const double macs = (5.7e9 / 2 - attention(128)) * 384 / 128 + attention(384);
  EXPECT_NEAR(static_cast<double>(parameters_of(g)), 25.3e6, 0.04 * 25.3e6);
  EXPECT_NEAR(static_cast<double>(graph::macs_of(g)), macs, 0.06 * macs);
}

// ultralytics/ultralytics prints for yolov8n with folded normalisation: 3151904 parameters, 8.7 GFLOPs (two a MAC). The
// anchors' places and strides come on top.
TEST(Zoo, Yolov8nHasItsPublishedParametersAndMacs) {
  const graph::Graph g = build("yolov8n");
  EXPECT_EQ(parameters_of(g) - 8400 * 3, 3151904u);
  EXPECT_NEAR(2 * static_cast<double>(graph::macs_of(g)) / 1e9, 8.7, 0.05);
}

// Parameters of the halves together: keras-team/keras-hub, whisper_presets.py. Of the encoders, with the decoder's
// keys and values: Qualcomm AI Hub, 9.39 M and 23.7 M (workloads.csv of the shared data). The table of embeddings is
// also the last product's weights. MACs of the encoders: the same table, without keys and values.
TEST(Zoo, WhisperHasItsPublishedParametersAndMacs) {
  struct Row {
    const char *encoder, *decoder;
    std::uint64_t width, layers, parameters;
    double encoder_parameters, encoder_mega_macs;  // 0: none published
  };
  constexpr Row rows[] = {
      {"whisper_tiny_encoder", "whisper_tiny_decoder", 384, 4, 37760640, 9.39e6, 18500},
      {"whisper_base_encoder", "whisper_base_decoder", 512, 6, 72593920, 23.7e6, 43700},
      {"whisper_small_encoder", "whisper_small_decoder", 768, 12, 241734912, 0, 0},
  };
  for (const Row& row : rows) {
    const graph::Graph encoder = build(row.encoder);
    const std::uint64_t parameters = parameters_of(encoder), table = 51865 * row.width;
    EXPECT_EQ(parameters + parameters_of(build(row.decoder)) - table, row.parameters) << row.encoder;
    if (row.encoder_parameters == 0) continue;
    const std::uint64_t keys_and_values = 1500 * row.layers * 2 * row.width * row.width;
    const double mega_macs = static_cast<double>(graph::macs_of(encoder) - keys_and_values) / 1e6;
    EXPECT_NEAR(static_cast<double>(parameters), row.encoder_parameters, 0.05e6);
    EXPECT_NEAR(mega_macs, row.encoder_mega_macs, 50);
  }
}

std::uint64_t macs_with_weights(const graph::Graph& g) {
  std::uint64_t total = 0;
  for (const graph::Op& op : g.ops)
    if (op.kind != graph::OpKind::batch_matmul) total += graph::macs_of(g, op);
  return total;
}

// Parameters: huggingface/diffusers, documentation of num_parameters (UNet 1.5); buddy-compiler/buddy-mlir, examples of
// Stable Diffusion 2.1 (UNet, decoder without its first 1x1 convolution); CLIP's text model in keras-team/keras-hub.
// MACs: Kim et al., "BK-SDM", ECCV 2024, in units of 1e9 and without products of activations; the text encoder's are
// parameters without embeddings times tokens.
TEST(Zoo, StableDiffusionHasItsPublishedParametersAndMacs) {
  struct Row {
    const char* name;
    std::uint64_t parameters;
    double giga_macs;  // 0: none published
  };
  constexpr Row rows[] = {
      {"stable_diffusion_v1_5_text_encoder", 123060480, 6.5},
      {"stable_diffusion_v1_5_unet", 859520964, 338.7},
      {"stable_diffusion_v1_5_vae", 49490179 + 4 * 4 + 4, 1240},
      {"stable_diffusion_v2_1_unet", 865910724, 0},
  };
  for (const Row& row : rows) {
    const graph::Graph g = build(row.name);
    EXPECT_EQ(parameters_of(g), row.parameters) << row.name;
    if (row.giga_macs > 0) {
      EXPECT_NEAR(static_cast<double>(macs_with_weights(g)) / 1e9, row.giga_macs, 0.001 * row.giga_macs + 0.05)
          << row.name;
    }
  }
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
    const graph::Shape& shape = g.tensors.at(static_cast<std::size_t>(g.outputs.at(0))).shape;
    if (g.name == "fcn_resnet50") {
      EXPECT_EQ(shape, (graph::Shape{1, 520, 520, 21}));  // of each pixel
    } else {
      EXPECT_EQ(shape, (graph::Shape{1, g.name.find("_18") == std::string::npos ? 1000 : 400})) << row.name;
    }
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
