// Fully connected layers: rows of the input times the weights of each unit (reference/fully_connected.h and its
// integer_ops twin).
#include "sim/functional/filters.h"
#include "sim/functional/kernels.h"

namespace takt::functional {
namespace {

std::int64_t units_of(const Operation& operation) {
  if (operation.input(1).shape.size() != 2) operation.unsupported("weights of other than two dimensions");
  return operation.input(1).shape[0];
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
    const std::uint64_t in = operation.input(0).elements(), out = operation.output().elements();
    if (in % depth_ != 0 || out % units_ != 0 || in / depth_ != out / units_)
      operation.unsupported("an input that is not rows as long as the weights'");
  }

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    const Block block = block_of(region, units_);
    const Filters<Types> filters(scaling_, inputs, block, depth_, weight_zeros_);
    std::vector<std::int16_t> rows(Filters<Types>::rows_at_once * filters.row_length(), 0);
    auto* to = reinterpret_cast<Value*>(out);
    for (std::uint64_t row = block.begin; row < block.end;) {
      const std::uint64_t count = std::min<std::uint64_t>(block.end - row, Filters<Types>::rows_at_once);
      for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t at = inputs[0].run((row + i) * depth_, depth_);
        widen(elements_of<Value>(inputs[0]) + at, depth_, zero_, &rows[i * filters.row_length()]);
      }
      filters.apply(rows.data(), count, block.first, block.last, to);
      to += count * block.channels();
      row += count;
    }
  }

 private:
  std::uint64_t units_, depth_;
  Scaling scaling_;
  std::int32_t zero_;
  std::vector<std::int32_t> weight_zeros_;
};

}  // namespace

std::unique_ptr<Kernel> make_product(const Operation& operation) {
  return with_types(operation, [&](auto types) -> std::unique_ptr<Kernel> {
    return std::make_unique<Product<decltype(types)>>(operation);
  });
}

}  // namespace takt::functional
