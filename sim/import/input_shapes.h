// Shapes of a model's inputs, for dimensions that its file leaves open.
#pragma once

#include <map>
#include <string>

#include "sim/graph/graph.h"

namespace takt::import {

using InputShapes = std::map<std::string, graph::Shape>;

// "NAME=1x3x640x640,OTHER=1x16"; "" is none. Throws graph::GraphError.
InputShapes parse_shapes(const std::string& text);

}  // namespace takt::import
