// Small networks as TFLite files, made for one purpose each.
#pragma once

#include <filesystem>
#include <string>

namespace takt::platform::test {

// A folder of its own, gone with the object.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Each writes a file and returns its path.

// `layers` fully connected layers of width x width weights: width^2 bytes and MACs each.
std::string matrix_vector_chain(const Folder& folder, int layers, int width);

// `layers` 3x3 convolutions on size x size x channels: 9 x channels^2 bytes, 9 x size^2 x channels^2 MACs each.
std::string convolution_chain(const Folder& folder, int layers, int size, int channels);

// A convolution, a custom operator that nobody knows, a convolution, on 32 x 32 x 32 bytes.
std::string with_custom_operator(const Folder& folder);

}  // namespace takt::platform::test
