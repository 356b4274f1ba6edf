// MobileNetV3, width 1.0, 224x224: Howard et al., "Searching for MobileNetV3", ICCV 2019, tables 1 and 2, as
// torchvision defines it. Names follow torchvision's.
#include <iterator>

#include "sim/zoo/blocks.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

constexpr auto relu = Function::relu;
constexpr auto hswish = Function::hard_swish;

struct Row {
  std::int32_t kernel;
  std::int64_t expanded, channels;
  bool excite;
  Function function;
  std::int32_t stride;
};

constexpr Row large_rows[] = {
    {3, 16, 16, false, relu, 1},    {3, 64, 24, false, relu, 2},    {3, 72, 24, false, relu, 1},
    {5, 72, 40, true, relu, 2},     {5, 120, 40, true, relu, 1},    {5, 120, 40, true, relu, 1},
    {3, 240, 80, false, hswish, 2}, {3, 200, 80, false, hswish, 1}, {3, 184, 80, false, hswish, 1},
    {3, 184, 80, false, hswish, 1}, {3, 480, 112, true, hswish, 1}, {3, 672, 112, true, hswish, 1},
    {5, 672, 160, true, hswish, 2}, {5, 960, 160, true, hswish, 1}, {5, 960, 160, true, hswish, 1},
};

constexpr Row small_rows[] = {
    {3, 16, 16, true, relu, 2},    {3, 72, 24, false, relu, 2},   {3, 88, 24, false, relu, 1},
    {5, 96, 40, true, hswish, 2},  {5, 240, 40, true, hswish, 1}, {5, 240, 40, true, hswish, 1},
    {5, 120, 48, true, hswish, 1}, {5, 144, 48, true, hswish, 1}, {5, 288, 96, true, hswish, 2},
    {5, 576, 96, true, hswish, 1}, {5, 576, 96, true, hswish, 1},
};

graph::Graph mobilenet_v3(const char* name, const Row* rows, std::size_t count, std::int64_t last) {
  Builder b(name);
  TensorId x = conv(b, "features.0", b.input(224, 224, 3), {16, 3, 2}, hswish);
  for (std::size_t i = 0; i < count; ++i) {
    const Row& row = rows[i];
    const std::int64_t squeezed = row.excite ? make_divisible(static_cast<double>(row.expanded) / 4) : 0;
    x = inverted_residual(
        b, "features." + std::to_string(i + 1), x,
        {row.expanded, row.channels, row.kernel, row.stride, row.function, {squeezed, relu, Function::hard_sigmoid}});
  }
  x = conv(b, "features." + std::to_string(count + 1), x, {6 * b.channels(x)}, hswish);
  x = b.fully_connected("classifier.0", b.global_mean("avgpool", x), last);
  return b.finish(b.fully_connected("classifier.3", apply(b, "classifier.1", x, hswish), 1000));
}

}  // namespace

graph::Graph mobilenet_v3_large() {
  return mobilenet_v3("mobilenet_v3_large", large_rows, std::size(large_rows), 1280);
}
graph::Graph mobilenet_v3_small() {
  return mobilenet_v3("mobilenet_v3_small", small_rows, std::size(small_rows), 1024);
}

}  // namespace takt::zoo
