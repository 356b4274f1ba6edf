#include "sim/compiler/function.h"

#include <algorithm>
#include <cstring>

#include "sim/compiler/work.h"
#include "sim/graph/error.h"
#include "sim/graph/nibbles.h"

namespace takt::compiler {
namespace {

const graph::Tensor& tensor_of(const graph::Graph& graph, const Constant& constant) {
  return graph.tensors[static_cast<std::size_t>(constant.tensor)];
}

std::uint64_t share_bytes(const graph::Tensor& tensor, const Constant& constant, std::uint64_t channels) {
  switch (constant.share) {
    case Constant::Share::immediate:
      return 0;
    case Constant::Share::whole:
      return tensor.bytes();
    default:
      return graph::bytes_of(tensor.type, constant.outer * constant.inner * channels);
  }
}

// Four bits each: a run may begin and end within a byte.
void pack_nibbles(const graph::Tensor& tensor, const Constant& constant, std::uint64_t first, std::uint64_t last,
                  std::uint8_t* to) {
  const std::uint64_t channels = tensor.elements() / (constant.outer * constant.inner);
  std::uint64_t at = 0;
  for (std::uint64_t channel = first; channel < last; ++channel)
    for (std::uint64_t outer = 0; outer < constant.outer; ++outer) {
      const std::uint64_t from = (outer * channels + channel) * constant.inner;
      for (std::uint64_t i = 0; i < constant.inner; ++i)
        graph::put_nibble(to, at++, graph::nibble_at(tensor.contents->data(), from + i));
    }
}

// Elements [outer][channels][inner] to [channels][outer][inner], of channels [first, last).
void pack(const graph::Tensor& tensor, const Constant& constant, std::uint64_t first, std::uint64_t last,
          std::uint8_t* to) {
  if (tensor.type == graph::DataType::int4) return pack_nibbles(tensor, constant, first, last, to);
  const std::uint64_t run = graph::bytes_of(tensor.type, constant.inner);
  const std::uint64_t channels = tensor.elements() / (constant.outer * constant.inner);
  for (std::uint64_t channel = first; channel < last; ++channel)
    for (std::uint64_t outer = 0; outer < constant.outer; ++outer, to += run)
      std::memcpy(to, tensor.contents->data() + (outer * channels + channel) * run, run);
}

void put_block(const LayerFunction& layer, const graph::Graph& graph, std::uint64_t first, std::uint64_t last,
               std::uint8_t* to) {
  const std::vector<ConstantPlace> places = layer.places(graph, first, last);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Constant& constant = layer.constants[i];
    const graph::Tensor& tensor = tensor_of(graph, constant);
    if (places[i].bytes == 0) continue;
    if (constant.share == Constant::Share::by_channel)
      pack(tensor, constant, first, last, to + places[i].offset);
    else
      std::memcpy(to + places[i].offset, tensor.contents->data(), places[i].bytes);
  }
}

bool lies_by_planes(const Storage& storage, const Operand& operand) {
  const Geometry &g = storage.geometry, &view = operand.view;
  return storage.planes.size() > 1 && g.rows() == view.rows() && g.width == view.width;
}

}  // namespace

std::vector<ConstantPlace> LayerFunction::places(const graph::Graph& graph, std::uint64_t first,
                                                 std::uint64_t last) const {
  std::vector<ConstantPlace> result;
  std::uint64_t offset = 0;
  for (const Constant& constant : constants) {
    result.push_back({offset, share_bytes(tensor_of(graph, constant), constant, last - first)});
    offset += result.back().bytes;
  }
  return result;
}

Whereabouts whereabouts(const Storage& storage, const Operand& operand, Range rows, std::uint64_t scratchpad,
                        bool resident) {
  Whereabouts result;
  if (rows.begin >= rows.end) return result;
  const Geometry& g = storage.geometry;
  if (storage.planes.size() == 1) {
    const std::uint64_t row = operand.view.row_bytes(), bytes = operand.view.element_bytes;
    const auto add = [&](std::uint64_t offset, std::uint64_t at, std::uint64_t length) {
      result.pieces.push_back({offset / bytes, length / bytes, 0, 1, scratchpad + at});
    };
    if (resident)
      each_held(storage, {rows.begin * row, rows.end * row}, add);
    else
      add(rows.begin * row, 0, (rows.end - rows.begin) * row);
    return result;
  }
  if (!lies_by_planes(storage, operand)) rows = {0, g.rows()};
  const Value& value = operand.value;
  result.channels = value.channels;
  std::uint64_t next = scratchpad;
  for (const Plane& plane : storage.planes) {
    if (plane.channel < value.channel || plane.channel >= value.channel + value.channels) continue;
    const std::uint64_t row = g.width * plane.channels * g.element_bytes;
    const std::uint64_t at = resident ? scratchpad + plane.offset + rows.begin * row : next;
    result.pieces.push_back(
        {rows.begin * g.width, (rows.end - rows.begin) * g.width, plane.channel - value.channel, plane.channels, at});
    next += (rows.end - rows.begin) * row;
  }
  return result;
}

Whereabouts join_rows(const std::vector<PartOfRows>& parts) {
  std::uint64_t rows = 0, before = 0;
  for (const PartOfRows& part : parts) rows += part.operand.view.height;
  Whereabouts result;
  for (const PartOfRows& part : parts) {
    const Geometry& view = part.operand.view;
    const std::uint64_t row = view.width * view.channels / part.where.channels;  // pixels
    const std::uint64_t image = view.height * row;
    result.channels = part.where.channels;
    for (Piece piece : part.where.pieces)
      while (piece.pixels != 0) {
        const std::uint64_t within = piece.first_pixel % image, count = std::min(piece.pixels, image - within);
        result.pieces.push_back({piece.first_pixel / image * rows * row + before * row + within, count,
                                 piece.first_channel, piece.channels, piece.scratchpad});
        piece.first_pixel += count;
        piece.pixels -= count;
        piece.scratchpad += count * piece.channels * view.element_bytes;
      }
    before += view.height;
  }
  return result;
}

std::vector<std::uint8_t> constants_image(const Network& network, const graph::Graph& graph) {
  std::vector<std::uint8_t> image(network.constant_bytes, 0);
  for (const Layer& layer : network.layers) {
    const LayerFunction function{layer.reduce, layer.output.view.element_bytes, layer.stages, layer.constants};
    for (std::uint64_t first = 0; first < layer.channels(); first += layer.tiling.block_channels) {
      const std::uint64_t last = std::min(layer.channels(), first + layer.tiling.block_channels);
      put_block(function, graph, first, last,
                image.data() + layer.constant_offset + constants_of(layer, first, last).begin);
    }
  }
  return image;
}

}  // namespace takt::compiler
