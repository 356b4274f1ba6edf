// Products of two activations: reference/batch_matmul.h, with the multiplier that batch_matmul.cc prepares.
#include "tests/reference/fixed_point.h"
#include "tests/reference/node.h"

namespace takt::reference {

using graph::DataType;
using graph::Shape;

namespace {

// An operand's elements by image, row and column of its matrices; images of extent 1 stand for all.
struct Matrix {
  const Node& node;
  Numbers numbers;
  Shape shape;  // as many dimensions as the output has
  bool turned;
  std::vector<std::int64_t> strides;

  Matrix(const Node& n, std::size_t index, std::size_t rank, bool is_turned)
      : node(n), numbers(n.centered(index)), shape(n.input(index).shape), turned(is_turned) {
    while (shape.size() < rank) shape.insert(shape.begin(), 1);
    strides = strides_of(shape);
  }

  std::int64_t extent(std::size_t from_last) const {
    return shape[shape.size() - (turned ? 1 - from_last : from_last) - 1];
  }

  // Where an image of the output begins.
  std::int64_t image(const Index& index) const {
    std::int64_t begin = 0;
    for (std::size_t i = 0; i + 2 < index.size(); ++i) begin += shape[i] == 1 ? 0 : index[i] * strides[i];
    return begin;
  }

  std::int64_t at(std::int64_t image, std::int64_t row, std::int64_t column) const {
    return numbers[static_cast<std::size_t>(image + (turned ? column : row) * shape.back() + (turned ? row : column))];
  }
};

template <typename Sum>
Numbers multiply_matrices(const Node& node, const Matrix& a, const Matrix& b) {
  const float product = scale_of(node, node.input(0)) * scale_of(node, node.input(1));
  const Multiplier factor =
      quantize_multiplier(static_cast<double>(product) / static_cast<double>(scale_of(node, node.output())));
  const Shape& out = node.output().shape;
  const std::size_t rank = out.size();
  Numbers result;
  Index index(rank, 0);
  for (std::uint64_t i = 0; i < graph::elements_of(out); ++i, advance(index, out)) {
    const std::int64_t of_a = a.image(index), of_b = b.image(index);
    Sum sum = 0;
    for (std::int64_t k = 0; k < a.extent(0); ++k)
      sum += static_cast<Sum>(a.at(of_a, index[rank - 2], k)) * static_cast<Sum>(b.at(of_b, k, index[rank - 1]));
    result.push_back(clamped(multiply(sum, factor) + zero_of(node.output()), activation_range(node)));
  }
  return result;
}

}  // namespace

Results batch_matmul(const Node& node) {
  node.expect_same_type(true);
  const DataType type = node.input(0).type;
  if (type == DataType::uint8 || node.input(1).type != type) node.unsupported("these types");
  const std::size_t rank = node.output().shape.size();
  const Matrix a(node, 0, rank, node.op.transpose_a), b(node, 1, rank, node.op.transpose_b);
  if (a.extent(0) != b.extent(1)) node.unsupported("matrices of these shapes");
  return {array_of(node.output(), type == DataType::int16 ? multiply_matrices<std::int64_t>(node, a, b)
                                                          : multiply_matrices<std::int32_t>(node, a, b))};
}

}  // namespace takt::reference
