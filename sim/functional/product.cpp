// Fully connected layers: rows of the input times the weights of each unit (reference/fully_connected.h and its
// integer_ops twin), and those whose weights have scales for blocks of a row (ONNX Runtime's MatMulNBits).
#include <algorithm>
#include <string>

#include "sim/functional/filters.h"
#include "sim/functional/kernels.h"

namespace takt::functional {

using graph::DataType;

namespace {

std::int64_t units_of(const Operation& operation) {
  if (operation.input(1).shape.size() != 2) operation.unsupported("weights of other than two dimensions");
  return operation.input(1).shape[0];
}

// The block's rows of `part`, which are `depth` long, times the weights.
template <typename Types>
void multiply(const Filters<Types>& filters, const Part& part, std::uint64_t depth, std::int32_t zero,
              const Block& block, typename Types::Value* to) {
  std::vector<CellOf<Types>> rows(Filters<Types>::rows_at_once * filters.row_length(), 0);
  for (std::uint64_t row = block.begin; row < block.end;) {
    const std::uint64_t count = std::min<std::uint64_t>(block.end - row, Filters<Types>::rows_at_once);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t at = part.run((row + i) * depth, depth);
      widen(elements_of<typename Types::Value>(part) + at, depth, zero, &rows[i * filters.row_length()]);
    }
    filters.apply(rows.data(), count, block.first, block.last, to);
    to += count * block.channels();
    row += count;
  }
}

void check_rows(const Operation& operation, std::uint64_t depth, std::uint64_t units) {
  const std::uint64_t in = operation.input(0).elements(), out = operation.output().elements();
  if (in % depth != 0 || out % units != 0 || in / depth != out / units)
    operation.unsupported("an input that is not rows as long as the weights'");
}

template <typename Types>
class Product final : public Kernel {
 public:
  using Value = typename Types::Value;

  explicit Product(const Operation& operation)
      : units_(static_cast<std::uint64_t>(units_of(operation))),
        depth_(static_cast<std::uint64_t>(operation.input(1).shape[1])),
        scaling_(operation, units_of(operation), ScaleProduct::of_float),
        zero_(checked_zero(operation, operation.input(0))),
        weight_zeros_(zeros_of_weights(operation, units_of(operation))) {
    check_rows(operation, depth_, units_);
  }

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    const Block block = block_of(region, units_);
    const Filters<Types> filters(scaling_, inputs, block, depth_, weight_zeros_);
    multiply(filters, inputs[0], depth_, zero_, block, reinterpret_cast<Value*>(out));
  }

 private:
  std::uint64_t units_, depth_;
  ScalingOf<Types> scaling_;
  std::int32_t zero_;
  std::vector<std::int32_t> weight_zeros_;
};

// One number for each block of each row of weights: floats, or the file's integers without sign, as many bits each as
// the weights have; those of 4 bits begin at a byte in each row.
class BlockNumbers {
 public:
  BlockNumbers(const Part& part, std::uint64_t blocks, int bits) : part_(part), blocks_(blocks), bits_(bits) {}

  float operator()(std::uint64_t row, std::uint64_t block) const {
    const std::uint64_t element = row * blocks_ + block;
    if (part_.type == DataType::float16) return static_cast<float>(elements_of<Half>(part_)[part_.place(element)]);
    if (part_.type == DataType::float32) return elements_of<float>(part_)[part_.place(element)];
    if (bits_ == 8) return part_.data[part_.place(element)];
    const std::uint8_t pair = part_.data[part_.place(row * ((blocks_ + 1) / 2) + block / 2)];
    return static_cast<float>(pair >> (block % 2 * 4) & 15);
  }

 private:
  const Part& part_;
  std::uint64_t blocks_;
  int bits_;
};

// A weight is (code - zero) * scale, in single precision; without a zero, the middle of the codes' range is. Codes are
// stored less that middle.
template <typename T>
class BlockProduct final : public Kernel {
 public:
  explicit BlockProduct(const Operation& operation)
      : units_(static_cast<std::uint64_t>(units_of(operation))),
        depth_(static_cast<std::uint64_t>(operation.input(1).shape[1])),
        block_(static_cast<std::uint64_t>(operation.op.block)),
        blocks_((depth_ + block_ - 1) / block_),
        bits_(operation.input(1).type == DataType::int4 ? 4 : 8),
        has_zeros_(operation.has_input(4)),
        scaling_(operation, units_of(operation)) {
    check_rows(operation, depth_, units_);
    if (!is_real(operation.input(3).type)) operation.unsupported("scales that are no floating-point numbers");
    expect_numbers(operation, 3, units_ * blocks_);
    if (!has_zeros_) return;
    const bool packed = bits_ == 4 && !is_real(operation.input(4).type);
    expect_numbers(operation, 4, units_ * (packed ? (blocks_ + 1) / 2 : blocks_));
  }

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    const Block block = block_of(region, units_);
    Filters<Real<T>> filters(scaling_, inputs, block, depth_);
    const BlockNumbers scales(inputs[3], blocks_, bits_), zeros(has_zeros_ ? inputs[4] : inputs[3], blocks_, bits_);
    const auto middle = static_cast<float>(1 << (bits_ - 1));
    for (std::uint64_t unit = block.first; unit < block.last; ++unit) {
      const auto* codes = elements_of<std::int8_t>(inputs[1]) + inputs[1].run(unit * depth_, depth_);
      float* row = filters.row(unit - block.first);
      for (std::uint64_t k = 0; k < depth_; ++k) {
        const float zero = has_zeros_ ? zeros(unit, k / block_) : middle;
        row[k] = (static_cast<float>(codes[k]) + middle - zero) * scales(unit, k / block_);
      }
    }
    multiply(filters, inputs[0], depth_, 0, block, reinterpret_cast<T*>(out));
  }

 private:
  static void expect_numbers(const Operation& operation, std::size_t index, std::uint64_t count) {
    if (operation.input(index).elements() != count)
      operation.unsupported(std::to_string(operation.input(index).elements()) + " scales or zero points of blocks");
  }

  std::uint64_t units_, depth_, block_, blocks_;
  int bits_;
  bool has_zeros_;
  RealScaling scaling_;
};

}  // namespace

std::unique_ptr<Kernel> make_product(const Operation& operation) {
  if (operation.has_input(3))
    return with_real(operation, [&](auto element) -> std::unique_ptr<Kernel> {
      return std::make_unique<BlockProduct<decltype(element)>>(operation);
    });
  return with_types(operation, [&](auto types) -> std::unique_ptr<Kernel> {
    return std::make_unique<Product<decltype(types)>>(operation);
  });
}

}  // namespace takt::functional
