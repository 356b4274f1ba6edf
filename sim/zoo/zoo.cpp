#include "sim/zoo/zoo.h"

#include <algorithm>
#include <cstddef>

#include "sim/graph/error.h"
#include "sim/zoo/decoder.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

struct Network {
  const char* name;
  graph::Graph (*build)();
};

constexpr Network networks[] = {
    {"convnext_base", convnext_base},
    {"convnext_tiny", convnext_tiny},
    {"deeplabv3_plus_mobilenet_v2", deeplabv3_plus_mobilenet_v2},
    {"densenet121", densenet121},
    {"densenet201", densenet201},
    {"distilbert", distilbert},
    {"edsr", edsr},
    {"efficientnet_b0", efficientnet_b0},
    {"efficientnet_b4", efficientnet_b4},
    {"efficientnet_v2_s", efficientnet_v2_s},
    {"fcn_resnet50", fcn_resnet50},
    {"googlenet", googlenet},
    {"inception_v3", inception_v3},
    {"mc3_18", mc3_18},
    {"midas_v2_small", midas_v2_small},
    {"mnasnet0_5", mnasnet0_5},
    {"mobilebert", mobilebert},
    {"mobilenet_edgetpu", mobilenet_edgetpu},
    {"mobilenet_v1", mobilenet_v1},
    {"mobilenet_v2", mobilenet_v2},
    {"mobilenet_v3_large", mobilenet_v3_large},
    {"mobilenet_v3_small", mobilenet_v3_small},
    {"quicksrnet_medium", quicksrnet_medium},
    {"r2plus1d_18", r2plus1d_18},
    {"r3d_18", r3d_18},
    {"real_esrgan_x4plus", real_esrgan_x4plus},
    {"regnet_x_3_2gf", regnet_x_3_2gf},
    {"regnet_y_3_2gf", regnet_y_3_2gf},
    {"resnet101", resnet101},
    {"resnet152", resnet152},
    {"resnet18", resnet18},
    {"resnet50", resnet50},
    {"resnext101_32x8d", resnext101_32x8d},
    {"resnext50_32x4d", resnext50_32x4d},
    {"sesr_m5", sesr_m5},
    {"shufflenet_v2_x0_5", shufflenet_v2_x0_5},
    {"squeezenet1_1", squeezenet1_1},
    {"stable_diffusion_v1_5_text_encoder", stable_diffusion_v1_5_text_encoder},
    {"stable_diffusion_v1_5_unet", stable_diffusion_v1_5_unet},
    {"stable_diffusion_v1_5_vae", stable_diffusion_v1_5_vae},
    {"stable_diffusion_v2_1_unet", stable_diffusion_v2_1_unet},
    {"swin_tiny", swin_tiny},
    {"vgg19", vgg19},
    {"vit_b_16", vit_b_16},
    {"whisper_base_decoder", whisper_base_decoder},
    {"whisper_base_encoder", whisper_base_encoder},
    {"whisper_small_decoder", whisper_small_decoder},
    {"whisper_small_encoder", whisper_small_encoder},
    {"whisper_tiny_decoder", whisper_tiny_decoder},
    {"whisper_tiny_encoder", whisper_tiny_encoder},
    {"wide_resnet50_2", wide_resnet50_2},
    {"xlsr", xlsr},
    {"yolov8n", yolov8n},
};

// Levenshtein distance: insertions, deletions and substitutions that turn one name into the other.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

[[noreturn]] void reject(const std::string& name) {
  std::vector<std::string> known = names();
  const std::string shown = name.substr(0, 64);  // bounds the work for an absurd name
  std::stable_sort(known.begin(), known.end(),
                   [&](const std::string& a, const std::string& b) { return distance(shown, a) < distance(shown, b); });
  std::string text = "found network '" + shown + "', which is not in the zoo; nearest:";
  for (std::size_t i = 0; i < std::min<std::size_t>(3, known.size()); ++i) text += (i ? ", " : " ") + known[i];
  throw graph::GraphError(text);
}

constexpr TokenStep decode{1, 1023}, prefill{128, 0};
const char* const prefill_suffix = "-prefill";

}  // namespace

std::vector<std::string> names() {
  std::vector<std::string> result;
  for (const Network& network : networks) result.push_back(network.name);
  for (const graph::Decoder& decoder : decoders()) {
    result.push_back(decoder.name);
    result.push_back(decoder.name + prefill_suffix);
  }
  std::sort(result.begin(), result.end());
  return result;
}

graph::Graph build(const std::string& name, std::uint32_t context) {
  const auto takes_no_context = [&] {
    if (context != 0)
      throw graph::GraphError("network '" + name + "': found a context of " + std::to_string(context) +
                              " tokens, which only a step of a decoder language model has");
  };
  for (const Network& network : networks)
    if (name == network.name) return takes_no_context(), network.build();
  for (const graph::Decoder& decoder : decoders()) {
    const bool first = name == decoder.name + prefill_suffix;
    if (!first && name != decoder.name) continue;
    if (first) takes_no_context();
    if (context == 1)
      throw graph::GraphError("network '" + name + "': found a context of 1 token, expected at least 2");
    const TokenStep longest{1, context == 0 ? decode.past : std::int64_t{context} - 1};
    graph::Graph step = decoder_step(decoder, first ? prefill : longest);
    step.name = name;
    return step;
  }
  reject(name);
}

}  // namespace takt::zoo
