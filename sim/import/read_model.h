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

// Whether all of a model lies in this file, by what is in it: a .tflite model does. An .onnx model may have constants
// in further files. False where the file cannot be read.
bool is_self_contained(const std::string& path);

}  // namespace takt::import
