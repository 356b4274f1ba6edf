// The model's file, and the files beside it that hold its larger constants.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/import/onnx/model.h"

namespace takt::onnx {

// A whole file, mapped: only what is looked at is read.
class MappedFile {
 public:
  // Throws graph::GraphError (without the path) where the file is missing, no regular file, or larger than a protobuf
  // message can be.
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::string_view bytes() const { return bytes_; }

 private:
  std::string_view bytes_;
};

// The folder that external data must be in. Empty: the model has no folder, so external data is an error.
class DataFolder {
 public:
  explicit DataFolder(std::string folder) : folder_(std::move(folder)) {}

  // Checks that the tensor's `size` bytes are there. Throws graph::GraphError where the location is absolute, leaves
  // the folder (by ".." or a symbolic link), is no regular file, or the range is not inside it.
  void check(const TensorData& tensor, std::uint64_t size) const;

  std::string read(const TensorData& tensor, std::uint64_t size) const;  // checks, too

 private:
  std::string folder_;
};

}  // namespace takt::onnx
