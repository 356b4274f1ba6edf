#include "sim/import/onnx/order.h"

#include <algorithm>

namespace takt::onnx {

using graph::Shape;

namespace {

// Neighbouring dimensions of the old shape that become neighbouring dimensions of the new one.
struct Group {
  std::size_t from, from_end, to, to_end;
};

std::vector<Group> groups_of(const Shape& from, const Shape& to) {
  std::vector<Group> groups;
  std::size_t i = 0, j = 0;
  while (i < from.size() || j < to.size()) {
    Group group{i, i, j, j};
    std::int64_t a = i < from.size() ? from[i++] : 1, b = j < to.size() ? to[j++] : 1;
    while (a != b) {
      if (a < b && i < from.size())
        a *= from[i++];
      else if (b < a && j < to.size())
        b *= to[j++];
      else
        break;  // unequal numbers of elements
    }
    group.from_end = i;
    group.to_end = j;
    groups.push_back(group);
  }
  return groups;
}

// Where the group's elements begin in storage; a group without a dimension stands behind the one before it.
std::size_t place_of(const Group& group, const Shape& shape, const Order& position, std::size_t otherwise) {
  for (std::size_t i = group.from; i < group.from_end; ++i)
    if (shape[i] != 1) return position[i];
  return group.from < group.from_end ? position[group.from] : otherwise;
}

}  // namespace

Order identity(std::size_t rank) {
  Order order(rank);
  for (std::size_t i = 0; i < rank; ++i) order[i] = i;
  return order;
}

Order channels_last(std::size_t rank) {
  Order order = identity(rank);
  if (rank > 2) std::rotate(order.begin() + 1, order.begin() + 2, order.end());
  return order;
}

Order inverse(const Order& order) {
  Order result(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) result[order[i]] = i;
  return result;
}

Order composed(const Order& outer, const Order& inner) {
  Order result;
  for (const std::size_t i : inner) result.push_back(outer[i]);
  return result;
}

Shape permuted(const Shape& shape, const Order& order) {
  Shape result;
  for (const std::size_t i : order) result.push_back(shape[i]);
  return result;
}

bool same_bytes(const Shape& shape, const Order& a, const Order& b) {
  const auto larger = [&](const Order& order) {
    Order result;
    for (const std::size_t i : order)
      if (shape[i] != 1) result.push_back(i);
    return result;
  };
  return larger(a) == larger(b);
}

Reshape plan_reshape(const Shape& from, const Order& order, const Shape& to) {
  std::vector<Group> groups = groups_of(from, to);
  const Order position = inverse(order);
  std::vector<std::pair<std::size_t, std::size_t>> places;  // in storage; number of the group
  std::size_t place = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    place = place_of(groups[i], from, position, place);
    places.emplace_back(place, i);
  }
  std::sort(places.begin(), places.end());
  Reshape result;
  for (const auto& [at, index] : places) {
    for (std::size_t i = groups[index].from; i < groups[index].from_end; ++i) result.from.push_back(i);
    for (std::size_t i = groups[index].to; i < groups[index].to_end; ++i) result.to.push_back(i);
  }
  if (same_bytes(from, result.from, order)) result.from = order;
  return result;
}

}  // namespace takt::onnx
