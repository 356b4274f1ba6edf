#include "sim/import/input_shapes.h"

#include <algorithm>
#include <charconv>

#include "sim/graph/describe.h"
#include "sim/graph/error.h"

namespace takt::import {
namespace {

[[noreturn]] void reject(const std::string& found) {
  throw graph::GraphError("shapes: found '" + graph::shown(found) +
                          "', expected NAME=1x3x640x640, with commas between");
}

graph::Shape shape_of(const std::string& text, const std::string& whole) {
  graph::Shape shape;
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  while (true) {
    std::int64_t size = 0;
    const auto [next, error] = std::from_chars(at, end, size);
    if (error != std::errc() || size < 1) reject(whole);
    shape.push_back(size);
    if (next == end) break;
    if (*next != 'x' || shape.size() == 32) reject(whole);
    at = next + 1;
  }
  graph::elements_of(shape);
  return shape;
}

}  // namespace

InputShapes parse_shapes(const std::string& text) {
  InputShapes shapes;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    const std::size_t equals = part.rfind('=');
    if (equals == std::string::npos || equals == 0) reject(part);
    if (!shapes.emplace(part.substr(0, equals), shape_of(part.substr(equals + 1), part)).second) reject(part);
    begin = end + 1;
  }
  return shapes;
}

}  // namespace takt::import
