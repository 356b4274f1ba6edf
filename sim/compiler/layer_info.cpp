#include "sim/compiler/layer_info.h"

#include <algorithm>
#include <set>

#include "models/units/quantity.h"
#include "sim/compiler/cost.h"

namespace takt::compiler {
namespace {

std::string shape_text(const Geometry& g) {
  return std::to_string(g.images) + "x" + std::to_string(g.height) + "x" + std::to_string(g.width) + "x" +
         std::to_string(g.channels);
}

bool overlap(const Value& a, const Value& b) {
  return a.storage == b.storage && a.channel < b.channel + b.channels && b.channel < a.channel + a.channels;
}

std::vector<std::uint32_t> producers_of(const Network& network, std::size_t index) {
  std::set<std::uint32_t> found;
  for (const Operand& input : network.layers[index].inputs)
    for (std::size_t i = 0; i < index; ++i)
      if (overlap(network.layers[i].output.value, input.value)) found.insert(static_cast<std::uint32_t>(i));
  return {found.begin(), found.end()};
}

std::uint32_t stripes_of(const Network& network, std::size_t index) {
  const Layer& layer = network.layers[index];
  const Group* group = network.group_of(static_cast<std::int32_t>(index));
  if (group == nullptr)
    return static_cast<std::uint32_t>(layer.domain().images *
                                      units::ceil_div(layer.domain().height, layer.tiling.stripe_rows));
  return static_cast<std::uint32_t>(std::count_if(group->tiles.begin(), group->tiles.end(), [&](const GroupTile& tile) {
    return tile.layer == static_cast<std::int32_t>(index);
  }));
}

}  // namespace

std::vector<LayerInfo> describe_layers(const Network& network) {
  std::vector<LayerInfo> result;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    LayerInfo info;
    info.name = layer.name;
    info.op = layer.op;
    info.shape = shape_text(layer.output.view);
    info.inputs = producers_of(network, i);
    info.overhead = layer.overhead;
    info.constant_bytes = layer.constant_bytes;
    info.of_expert = layer.expert >= 0;
    info.blocks = layer.tiling.blocks;
    info.stripes = stripes_of(network, i);
    result.push_back(std::move(info));
  }
  return result;
}

void estimate(const Network& network, const Target& target, Program& program) {
  for (std::size_t i = 0; i < program.layers.size(); ++i) {
    LayerInfo& info = program.layers[i];
    // Cores work side by side and share memory.
    info.tensor_cycles = units::ceil_div(info.tensor_cycles, network.cores);
    info.vector_cycles = units::ceil_div(info.vector_cycles, network.cores);
    const std::uint64_t bytes = std::max(info.load_bytes + info.constant_bytes, info.store_bytes);
    info.dma_cycles = units::ceil_div(bytes, target.dma_bytes_per_cycle);
    const bool wide = network.layers[i].output.view.element_bytes > 1;
    info.estimated_cycles = std::max({info.tensor_cycles, info.vector_cycles, info.dma_cycles}) +
                            overhead_cycles(info.overhead, wide, target);
    program.useful_macs += info.useful_macs;
    program.issued_macs += info.issued_macs;
  }
}

}  // namespace takt::compiler
