// A run's folder, written by hand.
#pragma once

#include <filesystem>
#include <string>

#include "sim/report/run.h"

namespace takt::report::test {

// A new folder, removed with everything in it.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& text) const;
  std::string read(const std::string& name) const;

 private:
  std::filesystem::path path_;
};

// Results of a window from 1 us to 11 us, with these members beside those that every result has.
std::string results_json(const std::string& members = "");

// The folder as a run.
Run run_in(const Folder& folder, const std::string& members = "");

}  // namespace takt::report::test
