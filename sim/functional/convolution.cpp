// Convolutions of images with weights, and those that keep to each channel (reference/conv.h, depthwiseconv_uint8.h and
// their integer_ops twins). Those over frames, which TensorFlow Lite has of floats alone, follow conv.h's arithmetic.
#include <algorithm>

#include "sim/functional/filters.h"
#include "sim/functional/kernels.h"
#include "sim/functional/window.h"

namespace takt::functional {

using graph::DataType;
using graph::OpKind;
using graph::Shape;

namespace {

std::uint64_t u(std::int64_t x) { return static_cast<std::uint64_t>(x); }

Window window_of(const Operation& operation) {
  Window window = Window::of(operation);
  const Shape& weights = operation.input(1).shape;
  const std::size_t rank = operation.input(0).shape.size();
  if (weights.size() != rank) operation.unsupported("weights of other than " + std::to_string(rank) + " dimensions");
  if (operation.op.kind == OpKind::conv3d) window.frames.kernel = weights[1];
  window.rows.kernel = weights[rank - 3];
  window.rows.dilation = operation.op.dilation_h;
  window.columns.kernel = weights[rank - 2];
  window.columns.dilation = operation.op.dilation_w;
  return window;
}

// What both kinds know before a run.
template <typename Types>
struct Plan {
  explicit Plan(const Operation& operation)
      : window(window_of(operation)),
        scaling(operation, window.out_channels,
                operation.input(0).type == DataType::uint8 ? ScaleProduct::of_float : ScaleProduct::of_double),
        zero(checked_zero(operation, operation.input(0))),
        weight_zero(zero_of_filters(operation, window.out_channels)) {}

  Window window;
  ScalingOf<Types> scaling;
  std::int32_t zero, weight_zero;
};

// Gathers the inputs of an output position as its weights lie, and multiplies such rows with those of all channels.
template <typename Types>
class Convolution final : public Kernel {
 public:
  using Value = typename Types::Value;

  explicit Convolution(const Operation& operation) : plan_(operation), depth_(operation.input(1).shape.back()) {
    if (plan_.window.channels % depth_ != 0 || window().out_channels % groups() != 0 ||
        operation.input(1).shape[0] != window().out_channels)
      operation.unsupported("groups of unequal size");
  }

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    const Block block = block_of(region, u(window().out_channels));
    const Filters<Types> filters(plan_.scaling, inputs, block, u(window().taps() * depth_), {plan_.weight_zero});
    const std::uint64_t per_group = u(window().out_channels / groups());
    each_piece(block.first, block.channels(), per_group, [&](std::uint64_t first, std::uint64_t channels) {
      const std::int64_t from = static_cast<std::int64_t>(first / per_group) * depth_;
      Rows rows(u(window().frames.kernel), {window(), inputs[0], from, depth_});
      run_group(rows, filters, block, {first, first + channels}, reinterpret_cast<Value*>(out) + first - block.first);
    });
  }

 private:
  struct Channels {
    std::uint64_t first, last;
  };
  using Rows = std::vector<WindowRows<Value>>;  // by frame of the window

  const Window& window() const { return plan_.window; }
  std::int64_t groups() const { return window().channels / depth_; }

  void run_group(Rows& rows, const Filters<Types>& filters, const Block& block, Channels channels, Value* out) const {
    const std::size_t length = filters.row_length();
    std::vector<CellOf<Types>> gathered(Filters<Types>::rows_at_once * length, 0);
    std::size_t count = 0;
    const auto flush = [&] {
      filters.apply(gathered.data(), count, channels.first, channels.last, out);
      out += count * block.channels();
      count = 0;
    };
    each_row(block, window(), [&](std::int64_t frame, std::int64_t y, std::int64_t begin, std::int64_t end) {
      const Span through = window().frames.span(frame % window().out_frames);
      const std::int64_t first = frame / window().out_frames * window().frames.extent + through.from - through.first;
      for (std::int64_t kd = through.first; kd < through.end; ++kd) rows[u(kd)].move(first + kd, y, begin, end);
      for (std::int64_t x = begin; x < end; ++x) {
        gather(rows, through, x, &gathered[count * length]);
        if (++count == Filters<Types>::rows_at_once) flush();
      }
    });
    flush();
  }

  // Taps beyond the input count as its zero point, which is 0 here.
  void gather(const Rows& rows, const Span& through, std::int64_t x, CellOf<Types>* to) const {
    const Span across = window().columns.span(x);
    const std::int64_t down = through.taps() == 0 ? 0 : rows[u(through.first)].span().taps();
    if (through.taps() * down * across.taps() != window().taps())
      std::fill_n(to, window().taps() * depth_, CellOf<Types>{0});
    if (across.taps() == 0) return;
    const std::int64_t frame = window().rows.kernel * window().columns.kernel * depth_;
    for (std::int64_t kd = through.first; kd < through.end; ++kd) gather_frame(rows[u(kd)], across, to + kd * frame);
  }

  void gather_frame(const WindowRows<Value>& rows, const Span& across, CellOf<Types>* to) const {
    const Span& down = rows.span();
    for (std::int64_t ky = down.first; ky < down.end; ++ky) {
      CellOf<Types>* row = to + (ky * window().columns.kernel + across.first) * depth_;
      const Value* from = rows.at(ky, across.from);
      const std::int64_t step = rows.step(ky) * window().columns.dilation;
      if (step == depth_) {
        widen(from, u(across.taps() * depth_), plan_.zero, row);
        continue;
      }
      for (std::int64_t tap = 0; tap < across.taps(); ++tap)
        widen(from + tap * step, u(depth_), plan_.zero, row + tap * depth_);
    }
  }

  Plan<Types> plan_;
  std::int64_t depth_;  // channels of a group of the input
};

template <typename Types>
class DepthwiseConvolution final : public Kernel {
 public:
  using Value = typename Types::Value;
  using Weight = typename Types::Weight;
  using Sum = typename Types::Sum;

  explicit DepthwiseConvolution(const Operation& operation)
      : plan_(operation), multiplier_(window().out_channels / window().channels) {
    if (multiplier_ * window().channels != window().out_channels ||
        operation.input(1).shape[3] != window().out_channels)
      operation.unsupported("channels that are no multiple of the input's");
  }

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    const Block block = block_of(region, u(window().out_channels));
    if (block.channels() == 0) return;
    const std::vector<Sum> biases = biases_of<Sum>(plan_.scaling, inputs, block);
    const std::vector<CellOf<Types>> weights = weights_of(inputs[1], block);
    const auto first = static_cast<std::int64_t>(block.first) / multiplier_;
    const auto last = (static_cast<std::int64_t>(block.last) - 1) / multiplier_ + 1;
    WindowRows<Value> rows(window(), inputs[0], first, last - first);
    std::vector<Sum> sums(block.channels());
    std::vector<CellOf<Types>> pixel(block.channels());
    auto* to = reinterpret_cast<Value*>(out);
    each_row(block, window(), [&](std::int64_t image, std::int64_t y, std::int64_t begin, std::int64_t end) {
      rows.move(image, y, begin, end);
      for (std::int64_t x = begin; x < end; ++x) {
        sums = biases;
        add_window(rows, x, weights, block, pixel, sums);
        for (std::size_t i = 0; i < sums.size(); ++i)
          *to++ = static_cast<Value>(plan_.scaling(sums[i], block.first + i));
      }
    });
  }

 private:
  const Window& window() const { return plan_.window; }

  // The block's channels of each tap.
  std::vector<CellOf<Types>> weights_of(const Part& part, const Block& block) const {
    const std::uint64_t channels = block.channels();
    std::vector<CellOf<Types>> weights(u(window().taps()) * channels);
    for (std::uint64_t tap = 0; tap < u(window().taps()); ++tap) {
      const std::uint64_t at = part.run(tap * u(window().out_channels) + block.first, channels);
      widen(elements_of<Weight>(part) + at, channels, plan_.weight_zero, &weights[tap * channels]);
    }
    return weights;
  }

  void add_window(const WindowRows<Value>& rows, std::int64_t x, const std::vector<CellOf<Types>>& weights,
                  const Block& block, std::vector<CellOf<Types>>& pixel, std::vector<Sum>& sums) const {
    const Span &down = rows.span(), across = window().columns.span(x);
    for (std::int64_t ky = down.first; ky < down.end; ++ky)
      for (std::int64_t kx = across.first; kx < across.end; ++kx) {
        spread(rows.at(ky, across.from + (kx - across.first) * window().columns.dilation), block, pixel);
        const CellOf<Types>* by = &weights[u(ky * window().columns.kernel + kx) * pixel.size()];
        for (std::size_t i = 0; i < pixel.size(); ++i) sums[i] += pixel[i] * by[i];
      }
  }

  // Each channel of the input as often as the output has channels of it, those of the block.
  void spread(const Value* from, const Block& block, std::vector<CellOf<Types>>& pixel) const {
    if (multiplier_ == 1) return widen(from, pixel.size(), plan_.zero, pixel.data());
    std::uint64_t phase = block.first % u(multiplier_);
    for (CellOf<Types>& x : pixel) {
      widen(from, 1, plan_.zero, &x);
      if (++phase == u(multiplier_)) phase = 0, ++from;
    }
  }

  Plan<Types> plan_;
  std::int64_t multiplier_;  // channels of the output for one of the input
};

}  // namespace

std::unique_ptr<Kernel> make_convolution(const Operation& operation) {
  return with_types(operation, [&](auto types) -> std::unique_ptr<Kernel> {
    using Types = decltype(types);
    if (operation.op.kind == OpKind::depthwise_conv2d) return std::make_unique<DepthwiseConvolution<Types>>(operation);
    return std::make_unique<Convolution<Types>>(operation);
  });
}

}  // namespace takt::functional
