// The folder a run leaves behind: complete, or not there. Files are written into a hidden folder beside the target,
// which then takes the target's place. An existing target is replaced only if takt wrote it (or it is empty).
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace takt::results {

// The output folder cannot be used or written; the message names it.
class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class OutputFolder {
 public:
  // Checks the target, makes its parents and the hidden folder. Throws OutputError.
  explicit OutputFolder(const std::filesystem::path& target);
  // Removes everything, and the parents it made, unless commit() has succeeded.
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  const std::filesystem::path& target() const { return target_; }

  // Where a file is to be written by whoever streams it.
  std::filesystem::path file(const std::string& name) const { return partial_ / name; }
  // Writes a whole file. Throws OutputError.
  void write(const std::string& name, const std::string& text) const;

  // Puts the folder in its place. Throws OutputError; nothing has changed then.
  void commit();

  // A file of this name tells that takt wrote the folder.
  static constexpr const char* marker = ".takt-output";

 private:
  void check_target() const;
  void discard() const;

  std::filesystem::path target_, partial_;
  std::vector<std::filesystem::path> made_;  // parents, the deepest first
  bool committed_ = false;
};

}  // namespace takt::results
