// Model files on disk.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace takt::tflite {

// Throws graph::GraphError (without the path) where the file is missing, no regular file or larger than a flatbuffer
// can be.
std::vector<std::uint8_t> read_file(const std::string& path);

}  // namespace takt::tflite
