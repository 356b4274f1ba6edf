// YOLOv8n, 640x640, 80 classes: the detector of ultralytics/ultralytics (cfg/models/v8/yolov8.yaml, scale n: a third of
// the depth, a quarter of the width), up to boxes and class scores of its 8400 anchors; no suppression of overlaps.
// Names are the layers' numbers in that file.
#include <utility>

#include "sim/zoo/blocks.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

constexpr std::int64_t classes = 80;
constexpr std::int64_t bins = 16;  // of a box side's distribution

constexpr auto silu = Function::silu;

TensorId conv(Builder& b, const std::string& name, TensorId x, std::int64_t out, std::int32_t kernel,
              std::int32_t stride = 1) {
  return conv(b, name, x, Conv{out, kernel, stride}, silu);
}

// Cross-stage block: half of the channels pass by, the others go through bottlenecks whose outputs are all kept.
TensorId c2f(Builder& b, const std::string& name, TensorId x, std::int64_t out, int blocks, bool shortcut) {
  const std::int64_t half = out / 2;
  x = conv(b, name + ".cv1", x, out, 1);
  std::vector<TensorId> parts = {b.slice_channels(name + ".left", x, 0, half),
                                 b.slice_channels(name + ".right", x, half, half)};
  for (int i = 0; i < blocks; ++i) {
    const std::string inner = name + ".m." + std::to_string(i);
    const TensorId y = conv(b, inner + ".cv2", conv(b, inner + ".cv1", parts.back(), half, 3), half, 3);
    parts.push_back(shortcut ? b.add(inner + ".add", parts.back(), y) : y);
  }
  return conv(b, name + ".cv2", b.concat(name + ".concat", parts), out, 1);
}

TensorId pyramid_pooling(Builder& b, const std::string& name, TensorId x) {
  const std::int64_t out = b.channels(x);
  std::vector<TensorId> parts = {conv(b, name + ".cv1", x, out / 2, 1)};
  for (int i = 0; i < 3; ++i) parts.push_back(b.max_pool(name + ".m." + std::to_string(i), parts.back(), {5, 1, 2}));
  return conv(b, name + ".cv2", b.concat(name + ".concat", parts), out, 1);
}

TensorId merge(Builder& b, const std::string& name, TensorId coarse, TensorId fine) {
  const TensorId up = b.resize_nearest(name + ".up", coarse, b.shape(fine)[1], b.shape(fine)[2]);
  return b.concat(name + ".concat", {up, fine});
}

struct Head {
  TensorId sides, scores;  // [1, positions, 4 * bins] and [1, positions, classes]
};

Head head(Builder& b, const std::string& name, TensorId x) {
  const std::int64_t positions = b.shape(x)[1] * b.shape(x)[2];
  TensorId sides = conv(b, name + ".cv2.1", conv(b, name + ".cv2.0", x, 4 * bins, 3), 4 * bins, 3);
  sides = b.conv(name + ".cv2.2", sides, {4 * bins});
  TensorId scores = conv(b, name + ".cv3.1", conv(b, name + ".cv3.0", x, classes, 3), classes, 3);
  scores = b.conv(name + ".cv3.2", scores, {classes});
  return {b.reshape(name + ".sides", sides, {1, positions, 4 * bins}),
          b.reshape(name + ".scores", scores, {1, positions, classes})};
}

// The expected value of each side's distance from the anchor, then centre and size.
TensorId boxes(Builder& b, TensorId sides) {
  const std::int64_t anchors = b.shape(sides)[1];
  TensorId x = b.reshape("dfl.bins", sides, {1, anchors, 4, bins});
  x = b.unary(graph::OpKind::softmax, "dfl.softmax", x);
  Conv mean{1};
  mean.bias = false;
  x = b.reshape("dfl.sides", b.conv("dfl.conv", x, mean), {1, anchors, 4});
  const TensorId left_top = b.slice_channels("box.left_top", x, 0, 2);
  const TensorId right_bottom = b.slice_channels("box.right_bottom", x, 2, 2);
  TensorId centre = b.mul("box.half", b.sub("box.shift", right_bottom, left_top), b.constant("half", {1}));
  centre = b.add("box.centre", centre, b.constant("anchors", {1, anchors, 2}));
  const TensorId box = b.concat("box.concat", {centre, b.add("box.size", left_top, right_bottom)});
  return b.mul("box.scale", box, b.constant("strides", {1, anchors, 1}));
}

}  // namespace

graph::Graph yolov8n() {
  Builder b("yolov8n");
  TensorId x = conv(b, "0", b.input(640, 640, 3), 16, 3, 2);
  x = c2f(b, "2", conv(b, "1", x, 32, 3, 2), 32, 1, true);
  const TensorId p3 = c2f(b, "4", conv(b, "3", x, 64, 3, 2), 64, 2, true);
  const TensorId p4 = c2f(b, "6", conv(b, "5", p3, 128, 3, 2), 128, 2, true);
  const TensorId p5 = pyramid_pooling(b, "9", c2f(b, "8", conv(b, "7", p4, 256, 3, 2), 256, 1, true));
  const TensorId n4 = c2f(b, "12", merge(b, "11", p5, p4), 128, 1, false);
  const TensorId n3 = c2f(b, "15", merge(b, "14", n4, p3), 64, 1, false);
  const TensorId m4 = c2f(b, "18", b.concat("17", {conv(b, "16", n3, 64, 3, 2), n4}), 128, 1, false);
  const TensorId m5 = c2f(b, "21", b.concat("20", {conv(b, "19", m4, 128, 3, 2), p5}), 256, 1, false);
  std::vector<TensorId> sides, scores;
  for (const auto& [level, features] : {std::pair{"22.0", n3}, std::pair{"22.1", m4}, std::pair{"22.2", m5}}) {
    const Head part = head(b, level, features);
    sides.push_back(part.sides);
    scores.push_back(part.scores);
  }
  const TensorId box = boxes(b, b.concat("sides", sides, 1));
  const TensorId score = b.unary(graph::OpKind::logistic, "scores.sigmoid", b.concat("scores", scores, 1));
  return b.finish(b.concat("output", {box, score}));
}

}  // namespace takt::zoo
