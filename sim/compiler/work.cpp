#include "sim/compiler/work.h"

#include "models/units/quantity.h"
#include "sim/compiler/lower.h"
#include "sim/graph/error.h"

namespace takt::compiler {
namespace {

std::uint32_t narrow(std::uint64_t value, const Layer& layer) {
  if (value > 0xffffffffull)
    throw graph::GraphError("layer '" + layer.name + "' has an extent of " + std::to_string(value) +
                            "; a command holds at most 4294967295");
  return static_cast<std::uint32_t>(value);
}

takt_matrix_body body_of(const Layer& layer, const MatrixWork& m, std::size_t phase, std::uint64_t rows,
                         std::uint64_t channels) {
  takt_matrix_body body{};
  body.out_height = narrow(rows, layer);
  body.out_width = narrow(m.out_width, layer);
  body.in_channels = narrow(m.in_channels, layer);
  body.taps = narrow(m.taps[phase], layer);
  body.groups = m.groups == 1 ? 1 : narrow(channels / m.out_channels, layer);
  body.out_channels = narrow(channels / body.groups, layer);
  body.precision = m.precision;
  return body;
}

}  // namespace

takt_matrix_body matrix_body(const Layer& layer, std::size_t phase, std::uint64_t rows, std::uint64_t channels) {
  return body_of(layer, layer.matrix, phase, rows, channels);
}

takt_matrix_body second_body(const Layer& layer, std::uint64_t rows) {
  return body_of(layer, layer.second, 0, rows, layer.second.out_channels);
}

takt_vector_body vector_body(const Layer& layer, const Target& target, std::uint64_t rows, std::uint64_t channels) {
  const VectorWork& v = layer.vector;
  const bool part = channels != layer.channels();  // bytes are per padded channel, so this divides
  const auto share = [&](std::uint64_t bytes) {
    return rows * (part ? bytes / v.padded_channels * padded_channels(channels, target) : bytes);
  };
  takt_vector_body body{};
  body.pass_bytes = share(v.pass);
  body.tap_bytes = share(v.tap);
  body.move_bytes = share(v.move);
  body.macs = rows * v.macs;
  body.kind = v.kind;
  body.element_bytes = v.element_bytes;
  return body;
}

LayerWork work_of(const Layer& layer, const Target& target) {
  const Geometry& domain = layer.domain();
  const std::uint64_t channels = layer.channels();
  LayerWork work;
  for (std::size_t phase = 0; layer.matrix.present && phase < layer.matrix.taps.size(); ++phase)
    work.tensor_cycles +=
        domain.images * matrix_cost(matrix_body(layer, phase, domain.height, channels), target).cycles;
  if (layer.second.present)
    work.tensor_cycles += domain.images * matrix_cost(second_body(layer, domain.height), target).cycles;
  if (layer.vector.present)
    work.vector_cycles = domain.images * vector_cycles(vector_body(layer, target, domain.height, channels), target);
  return work;
}

Range constants_of(const Layer& layer, std::uint64_t first, std::uint64_t last) {
  const std::uint64_t channels = layer.channels();
  return {units::mul_div(layer.constant_bytes, first, channels), units::mul_div(layer.constant_bytes, last, channels)};
}

}  // namespace takt::compiler
