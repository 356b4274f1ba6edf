#include "sim/cli/model_source.h"

#include "sim/import/read_model.h"
#include "sim/zoo/zoo.h"

namespace takt::cli {

graph::Graph load_model(const std::string& model, const std::string& shapes) {
  return model.find_first_of("./") == std::string::npos ? zoo::build(model)
                                                        : import::read_model(model, import::parse_shapes(shapes));
}

}  // namespace takt::cli
