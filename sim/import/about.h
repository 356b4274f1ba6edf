// Errors of readers say what they were about.
#pragma once

#include <string>

#include "sim/graph/error.h"

namespace takt::import {

// Runs a step; a graph::GraphError of its begins with `what`.
template <typename Step>
auto about(const std::string& what, Step step) {
  try {
    return step();
  } catch (const graph::GraphError& error) {
    throw graph::GraphError(what + ": " + error.what());
  }
}

}  // namespace takt::import
