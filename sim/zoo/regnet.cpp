// RegNet, 3.2 GMAC, 224x224: Radosavovic et al., "Designing Network Design Spaces", CVPR 2020; stage widths and depths
// as its quantised linear rule makes them of the paper's parameters (tables 2 and 3 of the appendix). Y adds
// excitation. Layer names follow torchvision's.
#include "sim/zoo/blocks.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

struct Family {
  const char* name;
  std::int64_t widths[4];
  int depths[4];
  std::int64_t group_width;
  bool excite;
};

constexpr Family x_3_2gf = {"regnet_x_3_2gf", {96, 192, 432, 1008}, {2, 6, 15, 2}, 48, false};
constexpr Family y_3_2gf = {"regnet_y_3_2gf", {72, 216, 576, 1512}, {2, 5, 13, 1}, 24, true};

constexpr auto relu = Activation::relu;

TensorId block(Builder& b, const Family& family, const std::string& name, TensorId x, std::int64_t width,
               std::int32_t stride) {
  const std::int64_t in = b.channels(x);
  const std::int32_t groups = static_cast<std::int32_t>(width / family.group_width);
  TensorId y = b.conv(name + ".a", x, {width, 1, 1, relu});
  y = b.conv(name + ".b", y, {width, 3, stride, relu, 1, groups});
  if (family.excite) y = excite(b, name + ".se", y, {(in + 2) / 4});
  y = b.conv(name + ".c", y, {width});
  const bool project = stride != 1 || in != width;
  return b.add(name + ".add", y, project ? b.conv(name + ".proj", x, {width, 1, stride}) : x, relu);
}

graph::Graph regnet(const Family& family) {
  Builder b(family.name);
  TensorId x = b.conv("stem", b.input(224, 224, 3), {32, 3, 2, relu});
  for (int stage = 0; stage < 4; ++stage)
    for (int i = 0; i < family.depths[stage]; ++i)
      x = block(b, family, "block" + std::to_string(stage + 1) + "." + std::to_string(i), x, family.widths[stage],
                i == 0 ? 2 : 1);
  return b.finish(b.fully_connected("fc", b.global_mean("avgpool", x), 1000));
}

}  // namespace

graph::Graph regnet_x_3_2gf() { return regnet(x_3_2gf); }
graph::Graph regnet_y_3_2gf() { return regnet(y_3_2gf); }

}  // namespace takt::zoo
