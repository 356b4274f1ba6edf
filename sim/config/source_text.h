// A configuration text by lines, and the checks it must pass before the TOML library may see it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/config_error.h"

namespace takt::config {

class SourceText {
 public:
  SourceText(std::string_view text, const std::string& file);

  // The place of `width` characters at line and column (from 1), cut to what the line holds.
  Place place(std::size_t line, std::size_t column, std::size_t width) const;

  // Throws ConfigError for what no configuration needs and toml11 3.7 cannot bear: texts over 1 MiB, lines over 4000
  // characters, more than 32 open brackets or key parts (it recurses over them), control characters, and bytes that are
  // not UTF-8 (it reads out of bounds: toml11 issue 199).
  void check() const;

 private:
  void check_line(std::size_t number) const;
  void check_key(std::size_t number) const;
  void check_bytes(std::size_t number, int& depth) const;

  std::string file_;
  std::size_t bytes_;
  std::vector<std::string> lines_;
};

}  // namespace takt::config
