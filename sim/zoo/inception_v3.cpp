// Inception v3, 299x299: Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", CVPR 2016, as
// torchvision defines it, without the auxiliary classifier, which only training needs. Names are torchvision's.
#include "sim/zoo/builder.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

constexpr auto relu = Activation::relu;

Conv square(std::int64_t out, std::int32_t kernel) { return {out, kernel, 1, relu}; }
Conv shrinking(std::int64_t out) { return {out, 3, 2, relu, 1, 1, Border::none}; }
Conv unpadded(std::int64_t out, std::int32_t kernel) { return {out, kernel, 1, relu, 1, 1, Border::none}; }
Conv window(std::int64_t out, std::int32_t rows, std::int32_t columns) {
  return {out, rows, 1, relu, 1, 1, Border::symmetric, true, columns};
}

TensorId pooled(Builder& b, const std::string& name, TensorId x, std::int64_t out) {
  return b.conv(name + ".branch_pool", b.average_pool(name + ".avgpool", x, {3, 1, 1}), square(out, 1));
}

TensorId block_a(Builder& b, const std::string& name, TensorId x, std::int64_t pool) {
  const TensorId one = b.conv(name + ".branch1x1", x, square(64, 1));
  const TensorId five = b.conv(name + ".branch5x5_2", b.conv(name + ".branch5x5_1", x, square(48, 1)), square(64, 5));
  TensorId three = b.conv(name + ".branch3x3dbl_1", x, square(64, 1));
  three = b.conv(name + ".branch3x3dbl_2", three, square(96, 3));
  three = b.conv(name + ".branch3x3dbl_3", three, square(96, 3));
  return b.concat(name + ".concat", {one, five, three, pooled(b, name, x, pool)});
}

TensorId block_b(Builder& b, const std::string& name, TensorId x) {
  const TensorId three = b.conv(name + ".branch3x3", x, shrinking(384));
  TensorId twice = b.conv(name + ".branch3x3dbl_1", x, square(64, 1));
  twice = b.conv(name + ".branch3x3dbl_2", twice, square(96, 3));
  twice = b.conv(name + ".branch3x3dbl_3", twice, shrinking(96));
  return b.concat(name + ".concat", {three, twice, b.max_pool(name + ".maxpool", x, {3, 2})});
}

TensorId block_c(Builder& b, const std::string& name, TensorId x, std::int64_t inner) {
  const TensorId one = b.conv(name + ".branch1x1", x, square(192, 1));
  TensorId seven = b.conv(name + ".branch7x7_1", x, square(inner, 1));
  seven = b.conv(name + ".branch7x7_2", seven, window(inner, 1, 7));
  seven = b.conv(name + ".branch7x7_3", seven, window(192, 7, 1));
  TensorId twice = b.conv(name + ".branch7x7dbl_1", x, square(inner, 1));
  twice = b.conv(name + ".branch7x7dbl_2", twice, window(inner, 7, 1));
  twice = b.conv(name + ".branch7x7dbl_3", twice, window(inner, 1, 7));
  twice = b.conv(name + ".branch7x7dbl_4", twice, window(inner, 7, 1));
  twice = b.conv(name + ".branch7x7dbl_5", twice, window(192, 1, 7));
  return b.concat(name + ".concat", {one, seven, twice, pooled(b, name, x, 192)});
}

TensorId block_d(Builder& b, const std::string& name, TensorId x) {
  const TensorId three =
      b.conv(name + ".branch3x3_2", b.conv(name + ".branch3x3_1", x, square(192, 1)), shrinking(320));
  TensorId seven = b.conv(name + ".branch7x7x3_1", x, square(192, 1));
  seven = b.conv(name + ".branch7x7x3_2", seven, window(192, 1, 7));
  seven = b.conv(name + ".branch7x7x3_3", seven, window(192, 7, 1));
  seven = b.conv(name + ".branch7x7x3_4", seven, shrinking(192));
  return b.concat(name + ".concat", {three, seven, b.max_pool(name + ".maxpool", x, {3, 2})});
}

TensorId block_e(Builder& b, const std::string& name, TensorId x) {
  const TensorId one = b.conv(name + ".branch1x1", x, square(320, 1));
  const TensorId three = b.conv(name + ".branch3x3_1", x, square(384, 1));
  const TensorId three_a = b.conv(name + ".branch3x3_2a", three, window(384, 1, 3));
  const TensorId three_b = b.conv(name + ".branch3x3_2b", three, window(384, 3, 1));
  const TensorId twice =
      b.conv(name + ".branch3x3dbl_2", b.conv(name + ".branch3x3dbl_1", x, square(448, 1)), square(384, 3));
  const TensorId twice_a = b.conv(name + ".branch3x3dbl_3a", twice, window(384, 1, 3));
  const TensorId twice_b = b.conv(name + ".branch3x3dbl_3b", twice, window(384, 3, 1));
  return b.concat(name + ".concat", {one, three_a, three_b, twice_a, twice_b, pooled(b, name, x, 192)});
}

}  // namespace

graph::Graph inception_v3() {
  Builder b("inception_v3");
  TensorId x = b.conv("Conv2d_1a_3x3", b.input(299, 299, 3), shrinking(32));
  x = b.conv("Conv2d_2a_3x3", x, unpadded(32, 3));
  x = b.max_pool("maxpool1", b.conv("Conv2d_2b_3x3", x, square(64, 3)), {3, 2});
  x = b.conv("Conv2d_3b_1x1", x, square(80, 1));
  x = b.max_pool("maxpool2", b.conv("Conv2d_4a_3x3", x, unpadded(192, 3)), {3, 2});
  x = block_a(b, "Mixed_5b", x, 32);
  x = block_a(b, "Mixed_5c", x, 64);
  x = block_a(b, "Mixed_5d", x, 64);
  x = block_b(b, "Mixed_6a", x);
  x = block_c(b, "Mixed_6b", x, 128);
  x = block_c(b, "Mixed_6c", x, 160);
  x = block_c(b, "Mixed_6d", x, 160);
  x = block_c(b, "Mixed_6e", x, 192);
  x = block_d(b, "Mixed_7a", x);
  x = block_e(b, "Mixed_7b", x);
  x = block_e(b, "Mixed_7c", x);
  return b.finish(b.fully_connected("fc", b.global_mean("avgpool", x), 1000));
}

}  // namespace takt::zoo
