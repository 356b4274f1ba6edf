// What a reader or the compiler throws for input that cannot be used. `takt` exits 2 with the text.
#pragma once

#include <stdexcept>

namespace takt::graph {
class GraphError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
}  // namespace takt::graph
