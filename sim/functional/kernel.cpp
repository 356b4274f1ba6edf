#include "sim/functional/kernel.h"

#include <string>

#include "sim/functional/kernels.h"
#include "sim/functional/reals.h"

namespace takt::functional {

using graph::OpKind;

namespace {

struct KernelRow {
  OpKind kind;
  MakeKernel make;
  MakeKernel make_of_reals = nullptr;  // where the first input is floating-point; null: as above
};

constexpr KernelRow kernel_rows[] = {
    {OpKind::conv2d, make_convolution},
    {OpKind::depthwise_conv2d, make_convolution},
    {OpKind::conv3d, make_convolution},
    {OpKind::transpose_conv2d, make_transposed_convolution},
    {OpKind::fully_connected, make_product},
    {OpKind::batch_matmul, make_matrix_product},
    {OpKind::add, make_binary, make_binary_of_reals},
    {OpKind::sub, make_binary, make_binary_of_reals},
    {OpKind::mul, make_binary, make_binary_of_reals},
    {OpKind::minimum, make_binary, make_binary_of_reals},
    {OpKind::maximum, make_binary, make_binary_of_reals},
    {OpKind::relu, make_unary, make_unary_of_reals},
    {OpKind::relu6, make_unary, make_unary_of_reals},
    {OpKind::hard_swish, make_unary, make_unary_of_reals},
    {OpKind::logistic, make_unary, make_unary_of_reals},
    {OpKind::tanh, make_unary, make_unary_of_reals},
    {OpKind::leaky_relu, make_unary, make_unary_of_reals},
    {OpKind::gelu, make_gelu, make_unary_of_reals},
    {OpKind::quantize, make_unary, make_conversion_of_reals},
    {OpKind::dequantize, make_unary, make_conversion_of_reals},
    {OpKind::reshape, make_unary},
    {OpKind::squeeze, make_unary},
    {OpKind::average_pool, make_pool},
    {OpKind::max_pool, make_pool},
    {OpKind::mean, make_mean},
    {OpKind::softmax, make_softmax, make_softmax_of_reals},
    {OpKind::layer_norm, make_norm},
    {OpKind::group_norm, make_norm},
    {OpKind::arg_max, make_arg_max},
    {OpKind::concat, make_movement},
    {OpKind::slice, make_movement},
    {OpKind::pad, make_movement},
    {OpKind::transpose, make_movement},
    {OpKind::depth_to_space, make_movement},
    {OpKind::space_to_depth, make_movement},
    {OpKind::gather, make_gather},
    {OpKind::resize_bilinear, make_resize},
    {OpKind::resize_nearest, make_resize},
};

[[noreturn]] void absent(std::uint64_t element, const Region& region) {
  throw Absent("element " + std::to_string(element) + " is not in the part [" + std::to_string(region.begin) + ", " +
               std::to_string(region.end) + "), channels [" + std::to_string(region.first) + ", " +
               std::to_string(region.last) + ") of " + std::to_string(region.channels));
}

}  // namespace

std::uint64_t Part::place(std::uint64_t element) const {
  const std::uint64_t channel = element % region.channels;
  if (data == nullptr || element < region.begin || element >= region.end || channel < region.first ||
      channel >= region.last)
    absent(element, region);
  return (element - region.begin) / region.channels * (region.last - region.first) + channel - region.first;
}

std::uint64_t Part::run(std::uint64_t element, std::uint64_t count) const {
  const std::uint64_t begin = place(element);
  if (count != 0 && place(element + count - 1) != begin + count - 1) absent(element + count - 1, region);
  return begin;
}

std::unique_ptr<Kernel> make_kernel(const graph::Graph& graph, const graph::Op& op) {
  const Operation operation{graph, op};
  if (!op.beyond.empty()) operation.unsupported(op.beyond);
  for (const KernelRow& row : kernel_rows) {
    if (row.kind != op.kind) continue;
    const bool reals = row.make_of_reals != nullptr && is_real(operation.input(0).type);
    return reals ? row.make_of_reals(operation) : row.make(operation);
  }
  operation.unsupported("this operator");
}

std::unique_ptr<Reduction> make_reduction(const graph::Graph& graph, const graph::Op& op) {
  const Operation operation{graph, op};
  if (!op.beyond.empty()) operation.unsupported(op.beyond);
  if (op.kind == OpKind::mean) return make_mean_reduction(operation);
  if (op.kind == OpKind::group_norm) return make_statistics(operation);
  if (op.kind == OpKind::average_pool || op.kind == OpKind::max_pool) return make_pool_reduction(operation);
  operation.unsupported("a reduction by it");
}

}  // namespace takt::functional
