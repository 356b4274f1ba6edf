// `takt replay` and `takt memory`, called as the program calls them, in a folder of their own.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "sim/cli/command.h"

namespace takt::replay::testing {

class Commands : public ::testing::Test {
 protected:
  Commands() {
    std::string name = ::testing::TempDir() + "takt-replay-XXXXXX";
    folder_ = mkdtemp(name.data());
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(folder_);
  }
  ~Commands() override {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(folder_);
  }

  // The exit code. What goes wrong after parsing is thrown, as in the program.
  static int call(std::vector<std::string> arguments) {
    CLI::App takt;
    const cli::Registered commands[] = {cli::add_replay(takt), cli::add_memory(takt)};
    std::reverse(arguments.begin(), arguments.end());
    try {
      takt.parse(arguments);
    } catch (const CLI::ParseError&) {
      return cli::bad_input;
    }
    for (const cli::Registered& command : commands)
      if (command.app->parsed()) return command.action();
    return cli::defect;
  }

  static void write(const std::string& file, const std::string& text) { std::ofstream(file, std::ios::binary) << text; }
  static std::string read(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    EXPECT_TRUE(in) << file;
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  static nlohmann::json results(const std::string& folder) {
    return nlohmann::json::parse(read(std::filesystem::path(folder) / "results.json"));
  }
  static nlohmann::json without_host(const std::string& folder) {
    nlohmann::json document = results(folder);
    document.erase("host");
    return document;
  }

 private:
  std::filesystem::path folder_, before_;
};

// Reads and writes in no order, 20 ns apart.
inline std::string mixed_stl(unsigned count) {
  std::string text;
  for (unsigned i = 0; i < count; ++i) {
    std::ostringstream line;
    line << i * 20 << ": (" << (i % 5 == 0 ? 4096 : 64) << ") " << (i % 3 == 0 ? "write" : "read") << " 0x" << std::hex
         << i * 7919ull % 20000 * 4096 << "\n";
    text += line.str();
  }
  return text;
}

}  // namespace takt::replay::testing
