// What every function of sim/config throws for input that cannot be used. `takt` exits 2 with the text.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace takt::config {

// Where a key or value was written. `line` 0: not in a file (--set).
struct Place {
  std::string file;  // as shown to the user: "soc/exynos-llw-like.toml", a path, or "--set"
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t width = 1;
  std::string text;  // the source line
};

// "file:line:column", or the file alone where there is no line.
std::string to_string(const Place& place);

class ConfigError : public std::runtime_error {
 public:
  // The text is "file:line:column: found <found>, expected <expected>", the source line and a caret.
  ConfigError(const Place& place, const std::string& found, const std::string& expected);

  const Place& place() const { return place_; }
  const std::string& found() const { return found_; }
  const std::string& expected() const { return expected_; }

 private:
  Place place_;
  std::string found_;
  std::string expected_;
};

}  // namespace takt::config
