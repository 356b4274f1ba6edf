// The element types of a whole network, chosen after it was built.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/graph/graph.h"

namespace takt::graph {

// wXaY: integers, X bits a weight and Y an activation. own: what the graph was built with.
enum class Precision : std::uint8_t { own, w8a8, w8a16, w4a16, fp16 };
constexpr std::string_view precision_choices = "own|w8a8|w8a16|w4a16|fp16";

// The precision of that name, which is one of the choices.
Precision precision_of(std::string_view name);

// Gives every 8-bit tensor of the graph (as the zoo builds it) its type at `precision`. Weights are those of
// convolutions, products and embeddings; gains, offsets and other constants of elementwise operators are activations.
// Biases stay int32 beside integers; tensors wider than 8 bits (indices) stay as they are.
void set_precision(Graph& graph, Precision precision);

// Gives the caches of a graph (Tensor::cache) a type of their own: new rows are quantized as they are made, and
// products take them so, and cached ones as they lie.
void set_cache_type(Graph& graph, DataType type);

}  // namespace takt::graph
