// A file as a whole.
#pragma once

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

namespace takt::units {

// The file's bytes into `text`; else why there are none, a folder in the file's place included.
inline std::error_code read_file(const std::filesystem::path& file, std::string& text) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) return std::make_error_code(std::errc::is_a_directory);
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) return {errno != 0 ? errno : EIO, std::generic_category()};
  text.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  return in.bad() ? std::make_error_code(std::errc::io_error) : std::error_code();
}

}  // namespace takt::units
