// Weights of a block of output channels, each channel's a row, and their products with rows of inputs.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "sim/functional/elements.h"
#include "sim/functional/kernel.h"
#include "sim/functional/regions.h"
#include "sim/functional/scaling.h"

namespace takt::functional {

// x less the zero point: of eight bits with a zero point of the type it fits into 16, and so do numbers of 16 without.
template <typename T>
void widen(const T* from, std::size_t count, std::int32_t zero, std::int16_t* to) {
  const auto narrow_zero = static_cast<std::int16_t>(zero);
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<std::int16_t>(from[i] - narrow_zero);
}

template <typename T>
void widen(const T* from, std::size_t count, std::int32_t, float* to) {
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<float>(from[i]);
}

// Biases of the block's channels; zeros where there is no bias.
template <typename Sum, typename AnyScaling>
std::vector<Sum> biases_of(const AnyScaling& scaling, const std::vector<Part>& inputs, const Block& block) {
  std::vector<Sum> biases(block.channels(), 0);
  if (!scaling.has_bias() || biases.empty()) return biases;
  const Part& part = inputs.at(2);
  const std::uint64_t at = part.run(block.first, biases.size());
  if constexpr (std::is_same_v<Sum, float>) {
    if (part.type == graph::DataType::float16)
      widen(elements_of<Half>(part) + at, biases.size(), 0, biases.data());
    else
      widen(elements_of<float>(part) + at, biases.size(), 0, biases.data());
  } else if (part.type == graph::DataType::int32) {
    std::copy_n(elements_of<std::int32_t>(part) + at, biases.size(), biases.begin());
  } else if constexpr (sizeof(Sum) == sizeof(std::int64_t)) {
    std::copy_n(elements_of<Sum>(part) + at, biases.size(), biases.begin());
  }
  return biases;
}

inline std::int32_t added(std::int32_t a, std::int32_t b) { return wrapping_sum(a, b); }
inline std::int64_t added(std::int64_t a, std::int64_t b) { return a + b; }
inline float added(float a, float b) { return a + b; }

template <typename Types>
class Filters {
 public:
  using Value = typename Types::Value;
  using Weight = typename Types::Weight;
  using Sum = typename Types::Sum;
  using Cell = CellOf<Types>;
  using Finish = ScalingOf<Types>;

  static constexpr std::size_t rows_at_once = 16;  // a row of weights is read once for as many rows of inputs

  // `length` weights a channel, all 0 until they are written to row(), and no biases.
  Filters(const Finish& scaling, const Block& block, std::size_t length)
      : scaling_(scaling),
        first_(block.first),
        stride_(block.channels()),
        padded_((length + lane - 1) / lane * lane),
        biases_(block.channels(), 0),
        weights_(block.channels() * padded_, 0) {}

  // The same with the operator's biases.
  Filters(const Finish& scaling, const std::vector<Part>& inputs, const Block& block, std::size_t length)
      : Filters(scaling, block, length) {
    biases_ = biases_of<Sum>(scaling, inputs, block);
  }

  // `length` weights a channel, which follow each other. `zeros`: one, or one for each channel.
  Filters(const Finish& scaling, const std::vector<Part>& inputs, const Block& block, std::size_t length,
          const std::vector<std::int32_t>& zeros)
      : Filters(scaling, inputs, block, length) {
    for (std::size_t channel = 0; channel < block.channels(); ++channel) {
      const std::uint64_t at = inputs[1].run((first_ + channel) * length, length);
      const std::int32_t zero = zeros[zeros.size() == 1 ? 0 : first_ + channel];
      widen(elements_of<Weight>(inputs[1]) + at, length, zero, &weights_[channel * padded_]);
    }
  }

  // Of the block's channels, counted from its first.
  Cell* row(std::size_t channel) { return weights_.data() + channel * padded_; }

  // Elements from a row of inputs to the next. Those beyond `length` are multiplied by zeros.
  std::size_t row_length() const { return padded_; }

  // Channels [first, last) of the products with `count` rows. `out` is channel `first` of the first row; the next row
  // of the output follows after the block's channels.
  void apply(const Cell* rows, std::size_t count, std::uint64_t first, std::uint64_t last, Value* out) const {
    for (std::uint64_t channel = first; channel < last; ++channel, ++out) {
      std::size_t row = 0;
      for (; row + 4 <= count; row += 4) products<4>(rows + row * padded_, channel, out + row * stride_);
      for (; row < count; ++row) products<1>(rows + row * padded_, channel, out + row * stride_);
    }
  }

 private:
  static constexpr std::size_t lane = 8;
  // Sums of products of 16 and of nine bits fit into 32 for a piece of a row; those of twice 16 bits do not.
  using Partial = std::conditional_t<sizeof(Weight) == 1, std::int32_t, Sum>;
  static constexpr std::size_t piece = sizeof(Value) == 2 && sizeof(Weight) == 1 ? 128 : SIZE_MAX / lane * lane;

  template <std::size_t count>
  void products(const Cell* rows, std::uint64_t channel, Value* out) const {
    const std::size_t at = channel - first_;
    std::array<Sum, count> sums;
    sums.fill(biases_[at]);
    for (std::size_t begin = 0; begin < padded_; begin += std::min(piece, padded_ - begin))
      add_piece<count>(rows + begin, &weights_[at * padded_ + begin], std::min(piece, padded_ - begin) / lane, sums);
    for (std::size_t k = 0; k < count; ++k)
      out[k * stride_] = static_cast<Value>(scaling_(sums[k], static_cast<std::size_t>(channel)));
  }

  // For sums in 32 bits of products of 16 the compiler has an instruction.
  template <std::size_t count>
  void add_piece(const Cell* rows, const Cell* weights, std::size_t lanes, std::array<Sum, count>& sums) const {
    if constexpr (has_reals<Types>) return add_reals<count>(rows, weights, lanes, sums);
    std::array<Partial, count> parts{};
    for (std::size_t i = 0; i < lanes * lane; ++i)
      for (std::size_t k = 0; k < count; ++k) parts[k] += rows[k * padded_ + i] * weights[i];
    for (std::size_t k = 0; k < count; ++k) sums[k] = added(sums[k], Sum{parts[k]});
  }

  // Every eighth product to one of eight sums; of these halves are added to halves, and the last to the bias.
  template <std::size_t count>
  void add_reals(const Cell* rows, const Cell* weights, std::size_t lanes, std::array<Sum, count>& sums) const {
    std::array<std::array<Sum, lane>, count> parts{};
    for (std::size_t i = 0; i < lanes * lane; i += lane)
      for (std::size_t k = 0; k < count; ++k)
        for (std::size_t l = 0; l < lane; ++l) parts[k][l] += rows[k * padded_ + i + l] * weights[i + l];
    for (std::size_t k = 0; k < count; ++k) {
      for (std::size_t half = lane / 2; half > 0; half /= 2)
        for (std::size_t l = 0; l < half; ++l) parts[k][l] += parts[k][l + half];
      sums[k] = added(sums[k], parts[k][0]);
    }
  }

  const Finish& scaling_;
  std::uint64_t first_;
  std::size_t stride_, padded_;
  std::vector<Sum> biases_;
  std::vector<Cell> weights_;
};

}  // namespace takt::functional
