// A run's resolved.toml: every key with its value, where that came from, and how far it is to be trusted.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace takt::report {

struct Setting {
  std::string path;    // sections and key by points; of a table in an array, its name: stream.camera.model
  std::string value;   // as the file writes it
  std::string mark;    // published, measured, derived, recalled, estimated; empty: none
  std::string source;  // of the figure; empty: none
  std::string origin;  // the layer that set it: "default", "scenario default.toml:4"
};

class Settings {
 public:
  // Throws ResultsFileError with the line where it is not what takt writes; nothing in it where there is no such file.
  static Settings load(const std::filesystem::path& file);
  static Settings parse(const std::string& text, const std::string& source);

  const std::vector<Setting>& all() const { return all_; }
  // Text without its quotes; empty where there is no such key.
  std::string text(const std::string& path) const;
  // 0 where there is no such key, or it is no number.
  double number(const std::string& path) const;

 private:
  std::vector<Setting> all_;
};

}  // namespace takt::report
