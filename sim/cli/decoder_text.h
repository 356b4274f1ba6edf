// What takt inspect says of a language model that a file describes by its hyper-parameters.
#pragma once

#include <string>

namespace takt::cli {

// Whether the file is a GGUF model or a Hugging Face config.json, by its content.
bool describes_decoder(const std::string& path);

// Throws graph::GraphError.
std::string decoder_text(const std::string& path);

}  // namespace takt::cli
