// SqueezeNet 1.1, 224x224: Iandola et al., arXiv 1602.07360, in the 1.1 form of its authors' repository, as torchvision
// defines it (no batch normalisation; pooling windows may end outside). Layer names are torchvision's.
#include "sim/zoo/builder.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

struct Fire {
  int index;  // in torchvision's "features"
  std::int64_t squeeze, expand;
  bool pool_before;
};

constexpr Fire fires[] = {
    {3, 16, 64, true},  {4, 16, 64, false},   {6, 32, 128, true},   {7, 32, 128, false},
    {9, 48, 192, true}, {10, 48, 192, false}, {11, 64, 256, false}, {12, 64, 256, false},
};

constexpr auto relu = Activation::relu;

}  // namespace

graph::Graph squeezenet1_1() {
  Builder b("squeezenet1_1");
  TensorId x = b.conv("features.0", b.input(224, 224, 3), {64, 3, 2, relu, 1, 1, Border::none});
  for (const Fire& fire : fires) {
    const std::string name = "features." + std::to_string(fire.index);
    if (fire.pool_before) x = b.max_pool("features." + std::to_string(fire.index - 1), x, {3, 2, 0, true});
    x = b.conv(name + ".squeeze", x, {fire.squeeze, 1, 1, relu});
    const TensorId narrow = b.conv(name + ".expand1x1", x, {fire.expand, 1, 1, relu});
    const TensorId wide = b.conv(name + ".expand3x3", x, {fire.expand, 3, 1, relu});
    x = b.concat(name + ".concat", {narrow, wide});
  }
  x = b.conv("classifier.1", x, {1000, 1, 1, relu});
  return b.finish(b.global_mean("classifier.3", x));
}

}  // namespace takt::zoo
