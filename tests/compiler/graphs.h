// Small graphs for the compiler's tests: each method adds one operator and returns its output.
#pragma once

#include <string>
#include <vector>

#include "sim/graph/graph.h"

namespace takt::compiler::test {

using graph::DataType;
using graph::Op;
using graph::OpKind;
using graph::Shape;
using graph::TensorId;

class GraphBuilder {
 public:
  explicit GraphBuilder(DataType type = DataType::int8) : type_(type) { graph_.name = "test"; }

  TensorId input(const Shape& shape);
  TensorId constant(const Shape& shape, DataType type);
  // SAME padding for odd kernels: (kernel - 1) / 2 on all sides.
  TensorId conv(TensorId x, std::int64_t out, std::int32_t kernel = 1, std::int32_t stride = 1,
                std::int32_t groups = 1);
  TensorId depthwise(TensorId x, std::int32_t kernel = 3, std::int32_t stride = 1);
  TensorId transpose_conv(TensorId x, std::int64_t out, std::int32_t kernel, std::int32_t stride);
  // Padded by (kernel - 1) / 2 on all sides.
  TensorId conv3d(TensorId x, std::int64_t out, std::int32_t kernel_d, std::int32_t kernel, std::int32_t stride_d,
                  std::int32_t stride);
  TensorId norm(OpKind kind, TensorId x);  // with gain and offset
  TensorId fully_connected(TensorId x, std::int64_t out);
  TensorId matmul(TensorId a, TensorId b, bool transpose_b = false);
  TensorId binary(OpKind kind, TensorId a, TensorId b);
  TensorId unary(OpKind kind, TensorId x);
  TensorId max_pool(TensorId x, std::int32_t kernel, std::int32_t stride);
  TensorId average_pool_all(TensorId x);
  TensorId mean(TensorId x);  // over rows and columns, dimensions kept
  TensorId concat(const std::vector<TensorId>& parts, std::int32_t axis);
  std::vector<TensorId> split(TensorId x, std::int32_t axis, int parts);
  TensorId slice(TensorId x, const Shape& begin, const Shape& size);
  TensorId pad(TensorId x, const Shape& before, const Shape& after);
  TensorId reshape(TensorId x, const Shape& shape);
  TensorId transpose(TensorId x, const std::vector<std::int64_t>& axes);
  TensorId depth_to_space(TensorId x, std::int32_t block);
  TensorId space_to_depth(TensorId x, std::int32_t block);
  TensorId resize(TensorId x, std::int64_t height, std::int64_t width);
  TensorId quantize(TensorId x, DataType type);
  TensorId custom(TensorId x, const std::string& code);  // shape kept; not an operator of the NPU

  const Shape& shape(TensorId x) const { return graph_.tensors[static_cast<std::size_t>(x)].shape; }
  graph::Tensor& tensor(TensorId x) { return graph_.tensors[static_cast<std::size_t>(x)]; }
  Op& last() { return graph_.ops.back(); }
  graph::Graph finish(const std::vector<TensorId>& outputs);

 private:
  TensorId add_tensor(const Shape& shape, DataType type, bool constant);
  std::vector<TensorId> emit(Op op, std::size_t outputs = 1);
  Op make(OpKind kind, std::vector<TensorId> inputs);
  DataType type_of(TensorId x) const { return graph_.tensors[static_cast<std::size_t>(x)].type; }

  DataType type_;
  graph::Graph graph_;
};

}  // namespace takt::compiler::test
