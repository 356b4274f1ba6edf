// TensorFlow Lite files to graphs. Only subgraph 0 is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/graph/graph.h"

namespace takt::tflite {

// Both throw graph::GraphError: the file, the operator or tensor, what was found and what was expected. Any bytes are
// safe to pass. The graph returned has passed graph::validate. It is named after the file, without folder and
// extension.
graph::Graph read_tflite(const std::string& path, graph::WithContents contents = graph::WithContents::no);

// `name` stands for the file in messages and becomes the graph's name.
graph::Graph parse_tflite(const std::uint8_t* bytes, std::size_t size, const std::string& name,
                          graph::WithContents contents = graph::WithContents::no);

}  // namespace takt::tflite
