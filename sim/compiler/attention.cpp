#include "sim/compiler/attention.h"

#include <algorithm>
#include <utility>

namespace takt::compiler {
namespace {

constexpr std::uint64_t worth_fusing = 4;   // scores of more than a quarter of the scratchpad
constexpr std::uint64_t operand_share = 2;  // keys and values of an image take no more than half of it

bool is_product_of_activations(const Layer& layer) {
  return layer.matrix.present && layer.matrix.taps.size() == 1 && layer.inputs.size() >= 2 &&
         !layer.inputs[1].by_vector && layer.inputs[0].map.kind == RowMap::Kind::rows;
}

// Of its second operand: the layer's inputs [1, 1 + parts).
std::size_t parts_of(const Layer& product) {
  std::size_t parts = 1;
  while (1 + parts < product.inputs.size() && product.inputs[1 + parts].continues) ++parts;
  return parts;
}

std::uint64_t bytes_of_an_image(const Layer& product) {
  std::uint64_t bytes = 0;
  for (std::size_t k = 1; k <= parts_of(product); ++k)
    bytes += product.inputs[k].view.height * product.inputs[k].view.row_bytes();
  return bytes;
}

bool is_softmax_of_rows(const Layer& layer) {
  return !layer.matrix.present && layer.vector.kind == TAKT_VECTOR_SOFTMAX && layer.inputs.size() == 1 &&
         layer.inputs[0].map.kind == RowMap::Kind::rows;
}

class AttentionFuser {
 public:
  AttentionFuser(Network& network, const Target& target)
      : network_(network), target_(target), gone_(network.layers.size(), false) {}

  void run() {
    find_users();
    for (std::size_t i = 0; i < network_.layers.size(); ++i) try_fuse(i);
    std::vector<Layer> kept;
    for (std::size_t i = 0; i < network_.layers.size(); ++i)
      if (!gone_[i]) kept.push_back(std::move(network_.layers[i]));
    network_.layers = std::move(kept);
  }

 private:
  void find_users() {
    producer_.assign(network_.storages.size(), no_layer);
    users_.assign(network_.storages.size(), 0);
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      for (const Operand& input : network_.layers[i].inputs) ++users_[index(input)];
      producer_[index(network_.layers[i].output)] = static_cast<std::int32_t>(i);
    }
  }

  static std::size_t index(const Operand& operand) { return static_cast<std::size_t>(operand.value.storage); }

  // The layer that makes the operand for nobody else, or no_layer.
  std::int32_t sole_producer(const Operand& operand) const {
    const bool alone = users_[index(operand)] == 1 && !network_.storage(operand.value.storage).output;
    return alone ? producer_[index(operand)] : no_layer;
  }

  bool fit(const Layer& scores, const Layer& softmax, const Layer& weighted) const {
    const Geometry &rows = scores.output.view, &out = weighted.output.view;
    const std::uint64_t held = bytes_of_an_image(scores) + bytes_of_an_image(weighted);
    return rows.bytes() > target_.scratchpad_bytes / worth_fusing && held <= target_.scratchpad_bytes / operand_share &&
           rows.images == out.images && rows.height == out.height && rows.width == 1 && out.width == 1 &&
           rows.rows() == softmax.domain().rows() && softmax.output.view.element_bytes <= rows.element_bytes &&
           rows.channels == weighted.matrix.in_channels && weighted.inputs.size() == 1 + parts_of(weighted) &&
           !weighted.vector.present;
  }

  void try_fuse(std::size_t i) {
    Layer& weighted = network_.layers[i];
    if (!is_product_of_activations(weighted)) return;
    const std::int32_t middle = sole_producer(weighted.inputs[0]);
    if (middle == no_layer || !is_softmax_of_rows(network_.layers[static_cast<std::size_t>(middle)])) return;
    const Layer& softmax = network_.layers[static_cast<std::size_t>(middle)];
    const std::int32_t first = sole_producer(softmax.inputs[0]);
    if (first == no_layer || !is_product_of_activations(network_.layers[static_cast<std::size_t>(first)])) return;
    const Layer& scores = network_.layers[static_cast<std::size_t>(first)];
    if (!fit(scores, softmax, weighted)) return;
    merge(scores, softmax, weighted);
    gone_[static_cast<std::size_t>(first)] = gone_[static_cast<std::size_t>(middle)] = true;
  }

  // The softmax takes what the scores' stages leave, the weighted sum what the softmax leaves; its second operand comes
  // behind the scores', whose guests' operands make room.
  static void join_stages(const Layer& scores, const Layer& softmax, Layer& weighted) {
    std::vector<Stage> stages = scores.stages;
    const std::size_t keys_end = 1 + parts_of(scores), values = parts_of(weighted);
    for (Stage& stage : stages)
      for (Source& source : stage.operands)
        if (source.kind == Source::Kind::input && source.index >= keys_end) source.index += values;
    const auto append = [&](std::vector<Stage> more, std::size_t second) {
      for (Source& source : more.front().operands)
        if (source.kind == Source::Kind::input)
          source = source.index == 0 ? Source{Source::Kind::previous, 0} : Source{Source::Kind::input, second};
      stages.insert(stages.end(), more.begin(), more.end());
    };
    append(softmax.stages, 0);
    append(weighted.stages, keys_end);
    weighted.second_stages = weighted.stages.size();
    weighted.tensor_stages = scores.tensor_stages;
    weighted.stages = std::move(stages);
  }

  static void merge(const Layer& scores, const Layer& softmax, Layer& weighted) {
    join_stages(scores, softmax, weighted);
    std::vector<Operand> inputs = scores.inputs;
    for (std::size_t k = 1; k < weighted.inputs.size(); ++k) weighted.inputs[k].by_second = true;
    inputs.insert(inputs.begin() + 1 + static_cast<std::ptrdiff_t>(parts_of(scores)), weighted.inputs.begin() + 1,
                  weighted.inputs.end());
    weighted.inputs = std::move(inputs);
    weighted.op = scores.op + "+" + softmax.op + "+" + weighted.op;
    weighted.second = std::exchange(weighted.matrix, scores.matrix);
    weighted.between = scores.output.view;
    weighted.vector = softmax.vector;
    weighted.vector.pass += scores.vector.pass;
    if (scores.vector.present && !(scores.vector.channels == softmax.vector.channels)) weighted.vector.channels = {};
    weighted.vector.reads_constants = scores.vector.reads_constants;
    weighted.constants = scores.constants;
    weighted.constant_bytes = scores.constant_bytes;
  }

  Network& network_;
  const Target& target_;
  std::vector<bool> gone_;
  std::vector<std::int32_t> producer_;  // layer, by storage
  std::vector<int> users_;              // operands, by storage
};

}  // namespace

void fuse_attention(Network& network, const Target& target) { AttentionFuser(network, target).run(); }

}  // namespace takt::compiler
