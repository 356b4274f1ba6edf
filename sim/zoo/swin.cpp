// Swin transformer, tiny, 224x224: Liu et al., "Swin Transformer: Hierarchical Vision Transformer using Shifted
// Windows", ICCV 2021. The bias of relative positions is looked up from its table once, so a constant here. Names
// follow torchvision's swin_t.
#include "sim/zoo/networks.h"
#include "sim/zoo/transformer.h"

namespace takt::zoo {
namespace {

constexpr std::int64_t window = 7, tokens = window * window, shift = 3;
constexpr int blocks[] = {2, 2, 6, 2};

// Rows or columns from `by` on, then those before.
TensorId roll(Builder& b, const std::string& name, TensorId x, std::size_t axis, std::int64_t by) {
  const graph::Shape s = b.shape(x);
  graph::Shape begin(4, 0), front = s, back = s;
  begin[axis] = by;
  back[axis] = s[axis] - by;
  front[axis] = by;
  const TensorId tail = b.slice(name + ".back", x, begin, back);
  const TensorId head = b.slice(name + ".front", x, {0, 0, 0, 0}, front);
  return b.concat(name, {tail, head}, static_cast<std::int32_t>(axis));
}

TensorId roll(Builder& b, const std::string& name, TensorId x, std::int64_t by) {
  return roll(b, name + ".columns", roll(b, name + ".rows", x, 1, by), 2, by);
}

TensorId window_attention(Builder& b, const std::string& name, TensorId x, std::int64_t heads, bool shifted) {
  const graph::Shape s = b.shape(x);
  const std::int64_t rows = s[1] / window, columns = s[2] / window, channels = s[3];
  if (shifted) x = roll(b, name + ".shift", x, shift);
  x = b.reshape(name + ".grid", x, {1, rows, window, columns, window, channels});
  x = b.transpose(name + ".windows", x, {0, 1, 3, 2, 4, 5});
  x = b.reshape(name + ".window_tokens", x, {rows * columns, tokens, channels});
  std::vector<TensorId> masks = {b.constant(name + ".relative_position_bias", {1, heads, tokens, tokens})};
  if (shifted) masks.push_back(b.constant(name + ".mask", {rows * columns, 1, tokens, tokens}));
  x = attention(b, name, x, x, {heads, channels, channels}, masks);
  x = b.reshape(name + ".window_grid", x, {1, rows, columns, window, window, channels});
  x = b.transpose(name + ".image", x, {0, 1, 3, 2, 4, 5});
  x = b.reshape(name + ".rows", x, s);
  return shifted ? roll(b, name + ".unshift", x, s[1] - shift) : x;
}

TensorId block(Builder& b, const std::string& name, TensorId x, std::int64_t heads, bool shifted) {
  x = b.add(name + ".add1", x, window_attention(b, name + ".attn", b.layer_norm(name + ".norm1", x), heads, shifted));
  return b.add(name + ".add2", x, mlp(b, name + ".mlp", b.layer_norm(name + ".norm2", x), 4 * b.channels(x)));
}

// Two by two pixels become one of twice the channels.
TensorId merge(Builder& b, const std::string& name, TensorId x) {
  const std::int64_t channels = b.channels(x);
  x = b.layer_norm(name + ".norm", b.space_to_depth(name + ".patches", x, 2));
  return b.linear(name + ".reduction", x, 2 * channels, false);
}

}  // namespace

graph::Graph swin_tiny() {
  Builder b("swin_tiny");
  TensorId x = b.conv("features.0.0", b.input(224, 224, 3), {96, 4, 4, Activation::none, 1, 1, Border::none});
  x = b.layer_norm("features.0.2", x);
  for (int stage = 0; stage < 4; ++stage) {
    if (stage > 0) x = merge(b, "features." + std::to_string(2 * stage), x);
    for (int i = 0; i < blocks[stage]; ++i) {
      const bool shifted = i % 2 == 1 && b.shape(x)[1] > window;  // one window has nothing to shift to
      x = block(b, "features." + std::to_string(2 * stage + 1) + "." + std::to_string(i), x, std::int64_t{3} << stage,
                shifted);
    }
  }
  x = b.global_mean("avgpool", b.layer_norm("norm", x));
  return b.finish(b.fully_connected("head", x, 1000));
}

}  // namespace takt::zoo
