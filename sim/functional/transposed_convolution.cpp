// Transposed convolutions (reference/transpose_conv.h and its integer_ops twin). Output positions whose numbers leave
// the same remainders by the strides have the same taps: each such phase is a product of its own.
#include <cstddef>
#include <vector>

#include "sim/functional/elements.h"
#include "sim/functional/filters.h"
#include "sim/functional/kernels.h"

namespace takt::functional {

using graph::DataType;
using graph::Op;
using graph::Shape;

namespace {

std::uint64_t u(std::int64_t x) { return static_cast<std::uint64_t>(x); }

// Along one dimension: tap k puts input position i at i * stride + k * dilation - before.
struct Spread {
  std::int64_t in, kernel, stride, dilation, before;

  std::int64_t phase(std::int64_t at) const { return (at + before) % stride; }

  std::vector<std::int64_t> taps(std::int64_t phase) const {
    std::vector<std::int64_t> result;
    for (std::int64_t k = 0; k < kernel; ++k)
      if (k * dilation % stride == phase) result.push_back(k);
    return result;
  }

  // Of a tap of the output position's phase; -1 beyond the input.
  std::int64_t source(std::int64_t at, std::int64_t tap) const {
    const std::int64_t spread = at + before - tap * dilation;
    return spread < 0 || spread / stride >= in ? -1 : spread / stride;
  }
};

template <typename Types>
class TransposedConvolution final : public Kernel {
 public:
  using Value = typename Types::Value;
  using Weight = typename Types::Weight;

  explicit TransposedConvolution(const Operation& operation)
      : in_(operation.input(0).shape),
        out_(operation.output().shape),
        channels_(operation.input(1).shape.at(0)),
        rows_(spread(operation, 1)),
        columns_(spread(operation, 2)),
        scaling_(operation, channels_,
                 operation.input(0).type == DataType::uint8 ? ScaleProduct::of_float : ScaleProduct::of_double),
        zero_(checked_zero(operation, operation.input(0))),
        weight_zero_(zero_of_filters(operation, channels_)) {
    const Shape& weights = operation.input(1).shape;
    if (in_.size() != 4 || out_.size() != 4 || weights.size() != 4 || weights[3] != in_[3] || out_[3] != channels_)
      operation.unsupported("tensors of these shapes");
  }

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    const Block block = block_of(region, u(channels_));
    const std::vector<Phase> phases = phases_of(inputs, block);
    auto* to = reinterpret_cast<Value*>(out);
    each_piece(block.begin, block.end - block.begin, u(out_[2]), [&](std::uint64_t pixel, std::uint64_t count) {
      const auto row = static_cast<std::int64_t>(pixel) / out_[2];
      const auto begin = static_cast<std::int64_t>(pixel) % out_[2];
      const std::int64_t down = rows_.phase(row % out_[1]) * columns_.stride;
      for (std::int64_t x = begin; x < std::min(begin + columns_.stride, begin + static_cast<std::int64_t>(count)); ++x)
        run_phase(inputs[0], phases[u(down + columns_.phase(x))], block,
                  {row, x, begin + static_cast<std::int64_t>(count)}, to + u(x - begin) * block.channels());
      to += count * block.channels();
    });
  }

 private:
  struct Phase {
    std::vector<std::int64_t> down, across;  // taps
    Filters<Types> filters;
  };

  // Columns first, first + stride, … of a row of the output; rows of all images count.
  struct Positions {
    std::int64_t row, first, end;
  };

  static Spread spread(const Operation& operation, std::size_t dimension) {
    const Op& op = operation.op;
    const std::int64_t in = operation.input(0).shape.at(dimension), kernel = operation.input(1).shape.at(dimension);
    if (dimension == 1) return {in, kernel, op.stride_h, op.dilation_h, op.pad_top};
    return {in, kernel, op.stride_w, op.dilation_w, op.pad_left};
  }

  std::vector<Phase> phases_of(const std::vector<Part>& inputs, const Block& block) const {
    std::vector<Phase> phases;
    for (std::int64_t down = 0; down < rows_.stride; ++down)
      for (std::int64_t across = 0; across < columns_.stride; ++across) {
        const std::vector<std::int64_t> ys = rows_.taps(down), xs = columns_.taps(across);
        phases.push_back({ys, xs, Filters<Types>(scaling_, inputs, block, ys.size() * xs.size() * u(in_[3]))});
        fill(inputs[1], block, phases.back());
      }
    return phases;
  }

  void fill(const Part& weights, const Block& block, Phase& phase) const {
    for (std::uint64_t channel = 0; channel < block.channels(); ++channel) {
      CellOf<Types>* to = phase.filters.row(channel);
      for (const std::int64_t y : phase.down)
        for (const std::int64_t x : phase.across) {
          const std::uint64_t tap = ((block.first + channel) * u(rows_.kernel) + u(y)) * u(columns_.kernel) + u(x);
          const std::uint64_t at = run_in(weights, tap * u(in_[3]), u(in_[3]));
          widen(elements_of<Weight>(weights) + at, u(in_[3]), weight_zero_, to);
          to += in_[3];
        }
    }
  }

  void run_phase(const Part& part, const Phase& phase, const Block& block, const Positions& positions,
                 Value* out) const {
    constexpr std::size_t most = Filters<Types>::rows_at_once;
    const std::size_t length = phase.filters.row_length();
    std::vector<CellOf<Types>> gathered(most * length, 0);
    std::vector<Value> made(most * block.channels());
    for (std::int64_t x = positions.first; x < positions.end;) {
      std::size_t count = 0;
      for (; count < most && x < positions.end; ++count, x += columns_.stride)
        gather(part, phase, positions.row, x, gathered.data() + count * length);
      phase.filters.apply(gathered.data(), count, block.first, block.last, made.data());
      for (std::size_t i = 0; i < count; ++i, out += u(columns_.stride) * block.channels())
        std::copy_n(made.begin() + static_cast<std::ptrdiff_t>(i * block.channels()), block.channels(), out);
    }
  }

  void gather(const Part& part, const Phase& phase, std::int64_t row, std::int64_t x, CellOf<Types>* to) const {
    for (const std::int64_t ky : phase.down) {
      const std::int64_t y = rows_.source(row % out_[1], ky);
      for (const std::int64_t kx : phase.across) {
        const std::int64_t column = columns_.source(x, kx);
        if (y < 0 || column < 0) {
          std::fill_n(to, in_[3], CellOf<Types>{0});
        } else {
          const std::int64_t pixel = (row / out_[1] * in_[1] + y) * in_[2] + column;
          widen(elements_of<Value>(part) + run_in(part, u(pixel * in_[3]), u(in_[3])), u(in_[3]), zero_, to);
        }
        to += in_[3];
      }
    }
  }

  Shape in_, out_;
  std::int64_t channels_;  // of the output
  Spread rows_, columns_;
  ScalingOf<Types> scaling_;
  std::int32_t zero_, weight_zero_;
};

}  // namespace

std::unique_ptr<Kernel> make_transposed_convolution(const Operation& operation) {
  return with_types(operation, [&](auto types) -> std::unique_ptr<Kernel> {
    return std::make_unique<TransposedConvolution<decltype(types)>>(operation);
  });
}

}  // namespace takt::functional
