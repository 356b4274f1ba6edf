#include "sim/config/config_error.h"

namespace takt::config {
namespace {

std::string picture(const Place& place) {
  if (place.line == 0) return {};
  const std::string number = std::to_string(place.line);
  std::string caret;
  for (std::uint32_t i = 1; i < place.column; ++i) {
    caret += i <= place.text.size() && place.text[i - 1] == '\t' ? '\t' : ' ';
  }
  caret += '^';
  if (place.width > 1) caret.append(place.width - 1, '~');
  return "\n " + number + " | " + place.text + "\n " + std::string(number.size(), ' ') + " | " + caret;
}

}  // namespace

std::string to_string(const Place& place) {
  if (place.line == 0) return place.file;
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

ConfigError::ConfigError(const Place& place, const std::string& found, const std::string& expected)
    : std::runtime_error(to_string(place) + ": found " + found + ", expected " + expected + picture(place)),
      place_(place),
      found_(found),
      expected_(expected) {}

}  // namespace takt::config
