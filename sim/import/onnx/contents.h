// Contents of constants as graph::Tensor has them, for graphs whose answers are computed.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/graph/graph.h"
#include "sim/import/onnx/constants.h"
#include "sim/import/onnx/order.h"

namespace takt::onnx {

// How numbers are stored. Activations have one scale at most, constants one a channel; none where the file's is blocked
// or known only at run time.
struct Format {
  graph::DataType type = graph::DataType::float32;
  std::vector<float> scale;
  std::vector<std::int64_t> zero_point;

  bool operator==(const Format& other) const {
    return type == other.type && scale == other.scale && zero_point == other.zero_point;
  }
};

// In the file's order of elements. bfloat16, which graph::DataType does not tell from float16, is refused. Throws
// graph::GraphError.
graph::Contents contents_of(const TensorData& tensor, const DataFolder& folder);

// The numbers as elements of a type.
graph::Contents contents_of(graph::DataType type, const std::vector<double>& numbers);

// Rows of weights of 4 or 8 bits without sign, each row padded to whole blocks, as signed integers without padding:
// less the middle of their range. Null stays null; null, too, where there are fewer than the shape says.
graph::Contents unblocked(const graph::Contents& blocks, const graph::Shape& shape, std::int64_t block,
                          std::int64_t bits);

// The contents of a constant of that shape as it is stored in an order. Null stays null.
graph::Contents reordered(const graph::Contents& contents, graph::DataType type, const graph::Shape& shape,
                          const Order& order);

// Floats as QuantizeLinear makes integers of them, with a scale for each index of dimension `axis` or one for all. Null
// where the contents, or the format's scale, are not known, or the type is none of 4, 8, 16 or 32 bits.
graph::Contents quantized_contents(const graph::Contents& floats, const graph::Shape& shape, const Format& format,
                                   std::size_t axis);

}  // namespace takt::onnx
