#include "sim/import/onnx/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>

#include "sim/graph/describe.h"
#include "sim/graph/error.h"

namespace takt::onnx {

using graph::GraphError;
namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t most_bytes = 0x7fffffff;  // of a protobuf message

std::uint64_t number_of(std::string_view text, const char* what) {
  std::uint64_t result = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (text.empty()) return 0;
  if (error != std::errc() || end != text.data() + text.size())
    throw GraphError(std::string("found ") + what + " '" + graph::shown(std::string(text)) + "' of external data");
  return result;
}

std::string quoted(const std::string& location) { return "external data '" + graph::shown(location) + "'"; }

// The file's path without symbolic links. Throws where it is not inside the folder.
fs::path inside(const std::string& folder, const std::string& location) {
  const fs::path relative(location);
  const std::string expected = ", expected a file in the model's folder";
  if (folder.empty() || location.empty() || location.find('\0') != std::string::npos || relative.is_absolute())
    throw GraphError("found " + quoted(location) + expected);
  for (const fs::path& part : relative)
    if (part == "..") throw GraphError("found " + quoted(location) + expected);
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  const fs::path path = error ? fs::path() : fs::canonical(root / relative, error);
  if (error) throw GraphError("found no file for " + quoted(location) + expected);
  const fs::path back = path.lexically_relative(root);
  if (back.empty() || *back.begin() == "..")
    throw GraphError("found " + quoted(location) + ", a link out of the model's folder" + expected);
  if (!fs::is_regular_file(path, error)) throw GraphError("found no regular file for " + quoted(location));
  return path;
}

}  // namespace

MappedFile::MappedFile(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) throw GraphError("found no such file, expected an .onnx model");
  if (!fs::is_regular_file(status)) throw GraphError("found no regular file, expected an .onnx model");
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) throw GraphError("cannot be read: " + error.message());
  if (size > most_bytes)
    throw GraphError("found " + std::to_string(size) + " bytes, expected less than 2 GiB: larger models keep their " +
                     "constants as external data");
  if (size == 0) return;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw GraphError("cannot be read");
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  ::close(file);
  if (data == MAP_FAILED) throw GraphError("cannot be read");
  bytes_ = {static_cast<const char*>(data), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

void DataFolder::check(const TensorData& tensor, std::uint64_t size) const {
  const std::string location(tensor.location);
  const fs::path path = inside(folder_, location);
  const std::uint64_t offset = number_of(tensor.offset, "offset");
  const std::uint64_t length = tensor.length.empty() ? size : number_of(tensor.length, "length");
  std::error_code error;
  const std::uintmax_t whole = fs::file_size(path, error);
  if (error) throw GraphError(quoted(location) + " cannot be read: " + error.message());
  if (length != size)
    throw GraphError("found " + std::to_string(length) + " bytes of " + quoted(location) + ", expected " +
                     std::to_string(size));
  if (offset > whole || size > whole - offset)
    throw GraphError("found " + std::to_string(size) + " bytes at " + std::to_string(offset) + " of " +
                     quoted(location) + ", beyond the file's " + std::to_string(whole));
}

std::string DataFolder::read(const TensorData& tensor, std::uint64_t size) const {
  check(tensor, size);
  std::ifstream stream(inside(folder_, std::string(tensor.location)), std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(number_of(tensor.offset, "offset")));
  std::string bytes(size, '\0');
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(size)))
    throw GraphError(quoted(std::string(tensor.location)) + " cannot be read");
  return bytes;
}

}  // namespace takt::onnx
