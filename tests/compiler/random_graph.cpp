#include "tests/compiler/random_graph.h"

#include <algorithm>
#include <iterator>

#include "tests/compiler/graphs.h"

namespace takt::compiler::test {
namespace {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ull + 0x1234567ull) {}
  std::int64_t below(std::int64_t n) {  // splitmix64
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return static_cast<std::int64_t>((z ^ (z >> 31)) % static_cast<std::uint64_t>(n));
  }
  template <typename T>
  T pick(std::initializer_list<T> values) {
    return values.begin()[below(static_cast<std::int64_t>(values.size()))];
  }

 private:
  std::uint64_t state_;
};

class Grower {
 public:
  Grower(std::uint64_t seed, Operators operators)
      : random_(seed),
        quantized_(operators == Operators::quantized),
        b_(quantized_ ? DataType::int8
                      : random_.pick({DataType::int8, DataType::int8, DataType::int16, DataType::float16})) {}

  graph::Graph run() {
    const Shape image = {random_.pick<std::int64_t>({1, 1, 1, 2}), 4 + random_.below(40), 4 + random_.below(40),
                         random_.pick<std::int64_t>({3, 8, 32, 40})};
    pool_.push_back(b_.input(image));
    if (random_.below(3) == 0) pool_.push_back(b_.input(image));
    const std::int64_t ops = 2 + random_.below(12);
    for (std::int64_t i = 0; i < ops; ++i) pool_.push_back(step(any()));
    if (random_.below(3) == 0) pool_.push_back(head(pool_.back()));
    std::vector<TensorId> outputs = {pool_.back()};
    const TensorId other = any();
    if (random_.below(3) == 0 && other != outputs[0]) outputs.push_back(other);
    return b_.finish(outputs);
  }

 private:
  TensorId any() {  // rather a recent one, so that chains grow
    const std::int64_t n = static_cast<std::int64_t>(pool_.size());
    return random_.below(3) == 0 ? pool_[static_cast<std::size_t>(random_.below(n))] : pool_.back();
  }

  std::int64_t channels() { return random_.pick<std::int64_t>({1, 8, 16, 24, 32, 64, 96, 160}); }

  bool is_image(TensorId x) const { return b_.shape(x).size() == 4; }

  TensorId same_shape(TensorId x) {  // another tensor of the shape, or x's own offspring
    for (const TensorId other : pool_)
      if (other != x && b_.shape(other) == b_.shape(x)) return other;
    return b_.unary(OpKind::logistic, x);
  }

  TensorId step(TensorId x) {
    static constexpr int computed[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13,
                                       14, 15, 16, 17, 18, 19, 21, 22, 23, 24, 25, 26, 27};
    const Shape s = b_.shape(x);
    switch (quantized_ ? computed[random_.below(std::size(computed))] : random_.below(26)) {
      case 0:
      case 1:
      case 2:
        return b_.conv(x, channels(), random_.pick({1, 3, 5}), random_.pick({1, 1, 2}));
      case 3:
        return b_.depthwise(x, 3, random_.pick({1, 2}));
      case 4:
      case 5:
        return b_.binary(random_.pick({OpKind::add, OpKind::mul, OpKind::sub}), x, same_shape(x));
      case 6:
        return b_.unary(random_.pick({OpKind::relu, OpKind::logistic, OpKind::hard_swish,
                                      quantized_ ? OpKind::leaky_relu : OpKind::gelu}),
                        x);
      case 7:
        return s[1] > 3 && s[2] > 3 ? b_.max_pool(x, 3, 2) : x;
      case 8:
        return b_.binary(OpKind::mul, x, b_.mean(x));
      case 9:
        return b_.concat({x, b_.conv(x, channels()), b_.conv(x, 32)}, 3);
      case 10:
        return b_.concat({b_.conv(x, 32), b_.conv(x, 64, 3)}, 3);
      case 11:
        return b_.pad(x, {0, 1, 2, 0}, {0, 1, 0, 0});
      case 12:
        return b_.resize(x, 1 + random_.below(2 * s[1]), 1 + random_.below(2 * s[2]));
      case 13:
        if (s[1] < 2 || s[2] < 2) return x;
        return b_.space_to_depth(b_.slice(x, {0, 0, 0, 0}, {s[0], s[1] / 2 * 2, s[2] / 2 * 2, s[3]}), 2);
      case 14:
        return b_.depth_to_space(b_.conv(x, 4 * (1 + random_.below(20))), 2);
      case 15:
        return b_.slice(x, {0, s[1] / 3, 0, s[3] / 2}, {s[0], s[1] - s[1] / 3, s[2], s[3] - s[3] / 2});
      case 16:
        return b_.transpose(x, {0, 2, 1, 3});
      case 17:
        return b_.transpose_conv(x, channels(), random_.pick({2, 3, 4}), 2);
      case 18:
        return b_.unary(OpKind::softmax, x);
      case 19:
        return s[3] % 2 == 0 ? rejoin(x) : x;
      case 20:
        return b_.custom(x, "mystery");
      case 21:
        return b_.conv(b_.conv(x, 64), 64, 3, 1, random_.pick({2, 4, 16}));
      case 22:
        return b_.norm(OpKind::layer_norm, x);
      case 23:
        return group_norm(x);
      case 24:
        return over_frames(x);
      case 26:
        return attention(x);
      case 27:
        return b_.unary(OpKind::gelu, x);
      default:
        return b_.concat({x, same_shape(x)}, random_.pick({1, 2, 3}));
    }
  }

  // Rows of pixels attend to each other; the scores may be masked, keys and values of two parts. A norm before it.
  TensorId attention(TensorId x) {
    const Shape s = b_.shape(x);
    if (s[1] * s[2] > 500) return x;
    x = b_.norm(OpKind::layer_norm, x);
    b_.last().centered = random_.below(2) == 0;
    const Shape rows = {s[0], s[1] * s[2], s[3]};
    const auto project = [&] { return b_.reshape(b_.conv(x, s[3]), rows); };
    const bool parts = random_.below(2) == 0;
    const auto rows_of_both = [&] { return b_.concat({project(), project()}, 1); };
    const TensorId queries = project(), keys = parts ? rows_of_both() : b_.transpose(project(), {0, 2, 1});
    const TensorId values = parts ? rows_of_both() : project();
    TensorId scores = b_.matmul(queries, keys, parts);
    const std::int64_t width = b_.shape(scores).back();
    if (random_.below(2) == 0) scores = b_.binary(OpKind::add, scores, b_.constant({width}, DataType::int8));
    const TensorId weights = b_.unary(OpKind::softmax, scores);
    if (random_.below(2) == 0) b_.last().causal = rows[1];
    return b_.reshape(b_.matmul(weights, values), s);
  }

  TensorId group_norm(TensorId x) {
    const TensorId y = b_.norm(OpKind::group_norm, x);
    b_.last().groups = b_.shape(x)[3] % 8 == 0 ? 8 : 1;
    return y;
  }

  // Rows in pairs as frames.
  TensorId over_frames(TensorId x) {
    const Shape s = b_.shape(x);
    if (s[1] % 2 != 0) return x;
    const TensorId frames = b_.reshape(x, {s[0], s[1] / 2, 2, s[2], s[3]});
    const TensorId y = b_.conv3d(frames, channels(), random_.pick({1, 3}), 3, random_.pick({1, 2}), 1);
    const Shape t = b_.shape(y);
    return b_.reshape(y, {t[0], t[1] * t[2], t[3], t[4]});
  }

  TensorId rejoin(TensorId x) {
    const std::vector<TensorId> parts = b_.split(x, 3, 2);
    return b_.concat({b_.conv(parts[0], 32, 3), parts[1]}, 3);
  }

  TensorId head(TensorId x) {
    const Shape s = b_.shape(x);
    const TensorId flat = b_.reshape(b_.average_pool_all(x), {s[0], s[3]});
    const TensorId y = b_.fully_connected(flat, 10 + random_.below(600));
    if (quantized_ || random_.below(2) == 0) return b_.unary(OpKind::softmax, y);
    const TensorId rows = b_.reshape(x, {s[0], s[1] * s[2], s[3]});
    const TensorId columns = b_.transpose(rows, {0, 2, 1});
    const TensorId scores = b_.unary(OpKind::softmax, b_.matmul(rows, columns));
    return random_.below(2) == 0 ? b_.matmul(scores, rows) : scores;
  }

  Random random_;
  const bool quantized_;
  GraphBuilder b_;
  std::vector<TensorId> pool_;
};

}  // namespace

graph::Graph random_graph(std::uint64_t seed, Operators operators) { return Grower(seed, operators).run(); }

Target random_target(std::uint64_t seed) {
  Random random(seed + 77);
  Target target;
  target.scratchpad_bytes = static_cast<std::uint32_t>(random.pick({32, 64, 128, 256, 512, 2048, 8192})) << 10;
  target.regular_overhead_cycles = static_cast<std::uint32_t>(random.pick({0, 1440}));
  return target;
}

}  // namespace takt::compiler::test
