// A Hugging Face config.json of a decoder language model.
#pragma once

#include <string>

#include "sim/graph/decoder.h"

namespace takt::hf {

// The model is named after the folder that holds the file. Throws graph::GraphError with the path, the line or the key,
// what was found and what was expected.
graph::Decoder read_config(const std::string& path);

// Whether a file's first character that is no blank is '{'. False where it cannot be read.
bool is_config(const std::string& path);

}  // namespace takt::hf
