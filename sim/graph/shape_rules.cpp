#include "sim/graph/shape_rules.h"

namespace takt::graph {
namespace {

struct RuleRow {
  OpKind kind;
  ShapeRule rule;
};

constexpr RuleRow rule_rows[] = {
    {OpKind::conv2d, rules::conv2d},
    {OpKind::depthwise_conv2d, rules::depthwise_conv2d},
    {OpKind::transpose_conv2d, rules::transpose_conv2d},
    {OpKind::conv3d, rules::conv3d},
    {OpKind::fully_connected, rules::fully_connected},
    {OpKind::batch_matmul, rules::batch_matmul},
    {OpKind::add, rules::broadcast},
    {OpKind::sub, rules::broadcast},
    {OpKind::mul, rules::broadcast},
    {OpKind::minimum, rules::broadcast},
    {OpKind::maximum, rules::broadcast},
    {OpKind::relu, rules::same_as_input},
    {OpKind::relu6, rules::same_as_input},
    {OpKind::hard_swish, rules::same_as_input},
    {OpKind::logistic, rules::same_as_input},
    {OpKind::tanh, rules::same_as_input},
    {OpKind::gelu, rules::same_as_input},
    {OpKind::leaky_relu, rules::same_as_input},
    {OpKind::softmax, rules::softmax},
    {OpKind::layer_norm, rules::layer_norm},
    {OpKind::group_norm, rules::group_norm},
    {OpKind::quantize, rules::same_as_input},
    {OpKind::dequantize, rules::same_as_input},
    {OpKind::average_pool, rules::pool},
    {OpKind::max_pool, rules::pool},
    {OpKind::lstm, rules::lstm},
    {OpKind::svdf, rules::svdf},
    {OpKind::mean, rules::mean},
    {OpKind::concat, rules::concat},
    {OpKind::split, rules::split},
    {OpKind::slice, rules::slice},
    {OpKind::pad, rules::pad},
    {OpKind::reshape, rules::reshape},
    {OpKind::squeeze, rules::squeeze},
    {OpKind::transpose, rules::transpose},
    {OpKind::depth_to_space, rules::depth_to_space},
    {OpKind::space_to_depth, rules::space_to_depth},
    {OpKind::resize_bilinear, rules::resize},
    {OpKind::resize_nearest, rules::resize},
    {OpKind::arg_max, rules::arg_max},
    {OpKind::gather, rules::gather},
};

}  // namespace

ShapeRule shape_rule_of(OpKind kind) {
  for (const RuleRow& row : rule_rows)
    if (row.kind == kind) return row.rule;
  return nullptr;
}

}  // namespace takt::graph
