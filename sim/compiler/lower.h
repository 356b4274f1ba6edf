// Pass 3: one layer per operator, with the work it means for the tensor and the vector engine.
#pragma once

#include <vector>

#include "sim/compiler/ir.h"
#include "sim/compiler/target.h"
#include "sim/graph/graph.h"

namespace takt::compiler {

// `graph` is a legalized NPU part. Reshapes become views; images at the program's edge get a layout layer; each program
// output gets a storage of its own, in the order of graph.outputs.
Network lower(const graph::Graph& graph, const Target& target);

// For the files that lower one family of operators each: the layer with names, operands and constants filled in.
struct LoweringContext {
  const graph::Graph& graph;
  const graph::Op& op;
  const Target& target;
};
void lower_matrix(const LoweringContext& context, Layer& layer);
void lower_window(const LoweringContext& context, Layer& layer);  // depthwise, pools
void lower_elementwise(const LoweringContext& context, Layer& layer);
void lower_reduction(const LoweringContext& context, Layer& layer);  // mean, softmax
void lower_norm(const LoweringContext& context, Layer& layer);
void lower_statistics(const LoweringContext& context, Layer& layer);  // the half of a group norm that reads everything
void lower_movement(const LoweringContext& context, Layer& layer);    // layout changes, resizes

// Gives the output of a product the rows and columns that its tiles have, so that blocks of channels can be told apart.
// The order of its bytes does not change.
void keep_tiles_shape(Network& network, Layer& layer);

// Of an operand of batch_matmul: each matrix an image, each of its rows a row.
Geometry matrices(const graph::Tensor& tensor);

// Parts can be copied as they are.
bool same_quantization(const graph::Tensor& a, const graph::Tensor& b);

// Dimensions that make rows: those before width where there are images, all but the last otherwise.
std::size_t row_dimensions(const graph::Shape& shape);

// Bytes of one row with channels padded to the vector's granule.
std::uint64_t padded_row_bytes(const Geometry& geometry, const Target& target);
std::uint64_t padded_channels(std::uint64_t channels, const Target& target);

// Rows that a window of an output row covers: [row * stride - before, ... + (kernel - 1) * dilation].
RowMap window_rows(std::int64_t stride, std::int64_t kernel, std::int64_t dilation, std::int64_t before);

}  // namespace takt::compiler
