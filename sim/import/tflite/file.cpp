#include "sim/import/tflite/file.h"

#include <filesystem>
#include <fstream>

#include "sim/graph/error.h"

namespace takt::tflite {

std::vector<std::uint8_t> read_file(const std::string& path) {
  constexpr std::uintmax_t most = 0x7fffffff;  // FlatBuffers' offsets are 32-bit signed
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw graph::GraphError("found no such file, expected a .tflite model");
  if (!std::filesystem::is_regular_file(status))
    throw graph::GraphError("found no regular file, expected a .tflite model");
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) throw graph::GraphError("cannot be read: " + error.message());
  if (size > most) throw graph::GraphError("found " + std::to_string(size) + " bytes, expected less than 2 GiB");
  std::vector<std::uint8_t> bytes(size);
  std::ifstream stream(path, std::ios::binary);
  if (!stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size)))
    throw graph::GraphError("cannot be read");
  return bytes;
}

}  // namespace takt::tflite
