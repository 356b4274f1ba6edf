// Runs the takt program as a user does.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace takt::platform::test {

struct Outcome {
  int code = -1;  // exit code; 128 + signal where one ended it
  std::string out, err;
};

// takt with these arguments in a working folder; `run` with --monitor-bus too, unless the firmware
// is meant to go astray. Neither of its outputs is a terminal.
Outcome takt(const std::vector<std::string>& arguments, const std::filesystem::path& folder, bool monitored = true);

std::string read_file(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, const std::string& text);

// A results.json without its "host".
std::string without_host(const std::string& results);

}  // namespace takt::platform::test
