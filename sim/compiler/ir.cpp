#include "sim/compiler/ir.h"

#include <algorithm>

namespace takt::compiler {
namespace {

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

// The view has the storage's rows and pixels: rows can be addressed plane by plane.
bool same_rows(const Geometry& storage, const Geometry& view) {
  return storage.rows() == view.rows() && storage.width == view.width && storage.element_bytes == view.element_bytes;
}

void append(std::vector<Range>& ranges, Range range) {
  if (range.begin >= range.end) return;
  if (!ranges.empty() && ranges.back().end == range.begin)
    ranges.back().end = range.end;
  else
    ranges.push_back(range);
}

}  // namespace

Geometry geometry_of(const graph::Tensor& tensor) {
  Geometry result;
  const std::uint64_t elements = tensor.elements();
  result.element_bytes = static_cast<std::uint32_t>(std::max<std::uint64_t>(1, graph::bytes_of(tensor.type, 1)));
  const graph::Shape& shape = tensor.shape;
  if (!shape.empty()) result.channels = static_cast<std::uint64_t>(shape.back());
  const std::size_t rank = shape.size();
  if (rank >= 4) {
    result.height = static_cast<std::uint64_t>(shape[rank - 3]);
    result.width = static_cast<std::uint64_t>(shape[rank - 2]);
    result.images = elements / (result.height * result.width * result.channels);
  } else {
    result.height = elements / result.channels;
  }
  return result;
}

Geometry with_flat_rows(Geometry geometry) {
  geometry.height *= geometry.images;
  geometry.images = 1;
  return geometry;
}

Geometry with_pixel_rows(Geometry geometry) {
  geometry.height *= geometry.images * geometry.width;
  geometry.images = geometry.width = 1;
  return geometry;
}

Range rows_needed(const Operand& operand, std::uint64_t image, std::uint64_t first, std::uint64_t last) {
  const RowMap& map = operand.map;
  const std::uint64_t height = operand.view.height;
  if (map.kind == RowMap::Kind::all) return {0, operand.view.rows()};
  if (map.kind == RowMap::Kind::image) return {image * height, (image + 1) * height};
  const auto clip = [&](std::int64_t row) {
    return static_cast<std::uint64_t>(std::clamp<std::int64_t>(row, 0, static_cast<std::int64_t>(height)));
  };
  const std::uint64_t begin = clip(floor_div(static_cast<std::int64_t>(first) * map.num, map.den) + map.low);
  const std::uint64_t end = clip(floor_div((static_cast<std::int64_t>(last) - 1) * map.num, map.den) + map.high + 1);
  return {image * height + begin, image * height + std::max(begin, end)};
}

std::vector<Range> ranges_of(const Storage& storage, const Operand& operand, Range rows) {
  std::vector<Range> result;
  if (rows.begin >= rows.end) return result;
  const Geometry& g = storage.geometry;
  const bool by_rows = same_rows(g, operand.view);
  if (!by_rows && storage.planes.size() == 1) {
    const std::uint64_t row = operand.view.row_bytes();
    return {{rows.begin * row, rows.end * row}};
  }
  if (!by_rows) rows = {0, g.rows()};  // rows of another shape, scattered over planes: touch all
  const Value& value = operand.value;
  for (const Plane& plane : storage.planes) {
    if (plane.channel < value.channel || plane.channel >= value.channel + value.channels) continue;
    const std::uint64_t row = g.width * plane.channels * g.element_bytes;
    append(result, {plane.offset + rows.begin * row, plane.offset + rows.end * row});
  }
  return result;
}

std::vector<Range> held_ranges(const Storage& storage, const Operand& operand, Range rows) {
  std::vector<Range> result;
  for (const Range& range : ranges_of(storage, operand, rows))
    each_held(storage, range, [&](std::uint64_t, std::uint64_t at, std::uint64_t bytes) {
      append(result, {at, at + bytes});
    });
  return result;
}

const Group* Network::group_of(std::int32_t layer) const {
  for (const Group& group : groups)
    if (group.first <= layer && layer <= group.last) return &group;
  return nullptr;
}

std::int32_t Network::begin_of(std::int32_t layer) const {
  const Group* group = group_of(layer);
  return group == nullptr ? layer : group->first;
}

std::int32_t Network::end_of(std::int32_t layer) const {
  const Group* group = group_of(layer);
  return group == nullptr ? layer : group->last;
}

std::uint64_t bytes_of(const std::vector<Range>& ranges) {
  std::uint64_t total = 0;
  for (const Range& range : ranges) total += range.bytes();
  return total;
}

void find_lifetimes(Network& network) {
  for (Storage& storage : network.storages) storage.first = storage.last = no_layer;
  const auto touch = [&](StorageId id, std::int32_t layer) {
    Storage& storage = network.storage(id);
    if (storage.first == no_layer) storage.first = network.begin_of(layer);
    storage.last = network.end_of(layer);
  };
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    for (const Operand& input : network.layers[i].inputs) touch(input.value.storage, static_cast<std::int32_t>(i));
    touch(network.layers[i].output.value.storage, static_cast<std::int32_t>(i));
  }
}

}  // namespace takt::compiler
