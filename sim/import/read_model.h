// A model file of any format that takt reads; the contents say which, not the name.
#pragma once

#include <string>

#include "sim/graph/graph.h"
#include "sim/import/input_shapes.h"

namespace takt::import {

// Throws graph::GraphError: the file, what was found and what was expected. Shapes are for ONNX: a TensorFlow Lite file
// has all of its own.
graph::Graph read_model(const std::string& path, const InputShapes& shapes = {},
                        graph::WithContents contents = graph::WithContents::no);

}  // namespace takt::import
