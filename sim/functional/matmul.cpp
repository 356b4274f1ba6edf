// Products of two activations, matrix by matrix (reference/batch_matmul.h; ONNX Runtime's QLinearMatMul).
#include <algorithm>

#include "sim/functional/elements.h"
#include "sim/functional/filters.h"
#include "sim/functional/kernels.h"

namespace takt::functional {

using graph::DataType;
using graph::Shape;

namespace {

std::uint64_t u(std::int64_t x) { return static_cast<std::uint64_t>(x); }

// How an operand's matrices lie: one for each image of the output, or the same one for several.
struct Matrices {
  std::uint64_t rows, columns;
  std::vector<std::uint64_t> of_image;  // which, by image of the output

  std::uint64_t element(std::uint64_t image, std::uint64_t row) const {
    return (of_image[image] * rows + row) * columns;
  }
};

std::vector<std::uint64_t> matrices_by_image(const Operation& operation, const Shape& own, const Shape& out) {
  std::vector<std::uint64_t> result = {0};
  for (std::size_t i = 0; i + 2 < out.size(); ++i) {
    const std::size_t missing = out.size() - own.size();
    const std::uint64_t extent = i < missing ? 1 : u(own[i - missing]), images = u(out[i]);
    if (extent != 1 && extent != images) operation.unsupported("an operand of this shape");
    std::vector<std::uint64_t> next;
    for (const std::uint64_t outer : result)
      for (std::uint64_t k = 0; k < images; ++k) next.push_back(outer * extent + (extent == 1 ? 0 : k));
    result = std::move(next);
  }
  return result;
}

Matrices matrices_of(const Operation& operation, std::size_t index) {
  const Shape &own = operation.input(index).shape, &out = operation.output().shape;
  if (own.size() < 2 || own.size() > out.size()) operation.unsupported("an operand of this shape");
  return {u(own[own.size() - 2]), u(own.back()), matrices_by_image(operation, own, out)};
}

template <typename Types>
class MatrixProduct final : public Kernel {
 public:
  using Value = typename Types::Value;
  using Weight = typename Types::Weight;

  explicit MatrixProduct(const Operation& operation)
      : a_(matrices_of(operation, 0)),
        b_(matrices_of(operation, 1)),
        a_turned_(operation.op.transpose_a),
        b_turned_(operation.op.transpose_b),
        rows_(a_turned_ ? a_.columns : a_.rows),
        columns_(b_turned_ ? b_.rows : b_.columns),
        depth_(a_turned_ ? a_.rows : a_.columns),
        scaling_(operation, static_cast<std::int64_t>(columns_), ScaleProduct::of_float),
        zero_(checked_zero(operation, operation.input(0))),
        zeros_(zeros_of_weights(operation, static_cast<std::int64_t>(columns_))) {
    const Shape& out = operation.output().shape;
    if (u(out[out.size() - 2]) != rows_ || u(out.back()) != columns_ || (b_turned_ ? b_.columns : b_.rows) != depth_)
      operation.unsupported("matrices of these shapes");
  }

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    const Block block = block_of(region, columns_);
    auto* to = reinterpret_cast<Value*>(out);
    each_piece(block.begin, block.end - block.begin, rows_, [&](std::uint64_t row, std::uint64_t count) {
      run_image(inputs, row / rows_, {row % rows_, row % rows_ + count, block.first, block.last}, to);
      to += count * block.channels();
    });
  }

 private:
  // The block's rows are those of one image.
  void run_image(const std::vector<Part>& inputs, std::uint64_t image, const Block& block, Value* out) const {
    Filters<Types> filters(scaling_, block, depth_);
    fill(inputs[1], image, block, filters);
    const std::size_t length = filters.row_length();
    std::vector<CellOf<Types>> rows(Filters<Types>::rows_at_once * length, 0);
    for (std::uint64_t row = block.begin; row < block.end;) {
      const std::uint64_t count = std::min<std::uint64_t>(block.end - row, Filters<Types>::rows_at_once);
      for (std::uint64_t i = 0; i < count; ++i) gather(inputs[0], image, row + i, &rows[i * length]);
      filters.apply(rows.data(), count, block.first, block.last, out);
      out += count * block.channels();
      row += count;
    }
  }

  void gather(const Part& a, std::uint64_t image, std::uint64_t row, CellOf<Types>* to) const {
    const Value* from = elements_of<Value>(a);
    if (!a_turned_) return widen(from + run_in(a, a_.element(image, row), depth_), depth_, zero_, to);
    each_step(a, a_.element(image, 0) + row, static_cast<std::int64_t>(a_.columns), depth_,
              [&](std::uint64_t k, std::uint64_t place) { widen(from + place, 1, zero_, to + k); });
  }

  // The block's columns of the second operand as rows.
  void fill(const Part& b, std::uint64_t image, const Block& block, Filters<Types>& filters) const {
    const Weight* from = elements_of<Weight>(b);
    for (std::uint64_t channel = 0; b_turned_ && channel < block.channels(); ++channel) {
      const std::uint64_t at = run_in(b, b_.element(image, block.first + channel), depth_);
      widen(from + at, depth_, zero_of(block.first + channel), filters.row(channel));
    }
    for (std::uint64_t k = 0; !b_turned_ && k < depth_; ++k) {
      const std::uint64_t at = run_in(b, b_.element(image, k) + block.first, block.channels());
      for (std::uint64_t channel = 0; channel < block.channels(); ++channel)
        widen(from + at + channel, 1, zero_of(block.first + channel), filters.row(channel) + k);
    }
  }

  std::int32_t zero_of(std::uint64_t column) const { return zeros_[zeros_.size() == 1 ? 0 : column]; }

  Matrices a_, b_;
  bool a_turned_, b_turned_;
  std::uint64_t rows_, columns_, depth_;
  ScalingOf<Types> scaling_;
  std::int32_t zero_;
  std::vector<std::int32_t> zeros_;
};

}  // namespace

std::unique_ptr<Kernel> make_matrix_product(const Operation& operation) {
  if (!operation.follows_onnx() && !is_real(operation.input(1).type)) operation.scale(operation.input(1));  // one
  if (operation.input(0).type == DataType::int16) return std::make_unique<MatrixProduct<Signed16BySigned16>>(operation);
  return with_types(operation, [&](auto types) -> std::unique_ptr<Kernel> {
    return std::make_unique<MatrixProduct<decltype(types)>>(operation);
  });
}

}  // namespace takt::functional
