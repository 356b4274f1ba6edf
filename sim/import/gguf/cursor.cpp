#include "sim/import/gguf/cursor.h"

#include <filesystem>

#include "sim/graph/error.h"

namespace takt::gguf {

Cursor::Cursor(const std::string& path) : path_(path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw graph::GraphError(path + ": found no such file, expected a GGUF model");
  }
  size_ = std::filesystem::file_size(path, error);
  file_.open(path, std::ios::binary);
  if (error || !file_) throw graph::GraphError(path + ": cannot be read");
}

void Cursor::refuse(const std::string& found, const std::string& expected) const {
  throw graph::GraphError(path_ + ": byte " + std::to_string(at_) + ": found " + found + ", expected " + expected);
}

void Cursor::read(void* to, std::uint64_t bytes, const char* what) {
  if (bytes > left()) refuse("the end of the file", what);
  if (!file_.read(static_cast<char*>(to), static_cast<std::streamsize>(bytes))) refuse("an unreadable byte", what);
  at_ += bytes;
}

void Cursor::skip(std::uint64_t bytes, const char* what) {
  if (bytes > left()) refuse("the end of the file", what);
  file_.seekg(static_cast<std::streamoff>(bytes), std::ios::cur);
  at_ += bytes;
}

std::uint64_t Cursor::text_length(const char* what) {
  const std::uint64_t length = value<std::uint64_t>(what);
  if (length > left()) refuse("a text of " + std::to_string(length) + " bytes", "one that ends inside the file");
  return length;
}

std::string Cursor::text(const char* what) {
  const std::uint64_t length = text_length(what);
  if (length > most_text) {
    refuse("a text of " + std::to_string(length) + " bytes", "at most " + std::to_string(most_text));
  }
  std::string result(length, '\0');
  read(result.data(), length, what);
  return result;
}

void Cursor::skip_text(const char* what) { skip(text_length(what), what); }

}  // namespace takt::gguf
