// ONNX files to graphs. Unless their contents are wanted, weights stay in the file: only scales and small integer
// constants are read then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/graph/graph.h"
#include "sim/import/input_shapes.h"

namespace takt::onnx {

// Both throw graph::GraphError: the file, the node, what was found and what was expected. Any bytes are safe to pass.
// The graph returned has passed graph::validate. It is named after the file, without folder and extension.
graph::Graph read_onnx(const std::string& path, const import::InputShapes& shapes = {},
                       graph::WithContents contents = graph::WithContents::no);

// `name` stands for the file in messages and becomes the graph's name; external data must be in `folder` ("": none may
// be there).
graph::Graph parse_onnx(const std::uint8_t* bytes, std::size_t size, const std::string& name,
                        const std::string& folder = "", const import::InputShapes& shapes = {},
                        graph::WithContents contents = graph::WithContents::no);

}  // namespace takt::onnx
