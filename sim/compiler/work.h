// The engines' work for a tile of a layer, as command bodies without addresses.
#pragma once

#include <cstdint>

#include "sim/compiler/cost.h"
#include "sim/compiler/ir.h"
#include "sim/compiler/target.h"

namespace takt::compiler {

// `rows` of the layer's domain, `channels` of its output (all groups), one phase of its product.
takt_matrix_body matrix_body(const Layer& layer, std::size_t phase, std::uint64_t rows, std::uint64_t channels);
takt_matrix_body second_body(const Layer& layer, std::uint64_t rows);  // of its second product
takt_vector_body vector_body(const Layer& layer, const Target& target, std::uint64_t rows, std::uint64_t channels);

// The whole layer in one tile per image.
struct LayerWork {
  std::uint64_t tensor_cycles = 0;
  std::uint64_t vector_cycles = 0;
};
LayerWork work_of(const Layer& layer, const Target& target);

// Constants of output channels [first, last): a slice of the layer's, so that all slices together are all of them.
Range constants_of(const Layer& layer, std::uint64_t first, std::uint64_t last);

}  // namespace takt::compiler
