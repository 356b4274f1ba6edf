#include "sim/cli/model_source.h"

#include "sim/import/tflite/reader.h"
#include "sim/zoo/zoo.h"

namespace takt::cli {

graph::Graph load_model(const std::string& model) {
  return model.find_first_of("./") == std::string::npos ? zoo::build(model) : tflite::read_tflite(model);
}

}  // namespace takt::cli
