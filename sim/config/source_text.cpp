#include "sim/config/source_text.h"

#include <algorithm>

namespace takt::config {
namespace {

constexpr std::size_t longest_text = std::size_t{1} << 20;
constexpr std::size_t longest_line = 4000;
constexpr int deepest_nesting = 32;
constexpr std::ptrdiff_t longest_key = 32;

// Length of the UTF-8 sequence at `at`; 0 where there is none (RFC 3629: no overlong forms, no surrogates).
std::size_t utf8_length(const std::string& line, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < line.size() ? static_cast<unsigned char>(line[at + i]) : static_cast<unsigned char>(0);
  };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool overlong = first == 0xe0 && byte(1) < 0xa0;
    const bool surrogate = first == 0xed && byte(1) > 0x9f;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool overlong = first == 0xf0 && byte(1) < 0x90;
    const bool beyond = first == 0xf4 && byte(1) > 0x8f;
    return continues(1) && continues(2) && continues(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

}  // namespace

SourceText::SourceText(std::string_view text, const std::string& file) : file_(file), bytes_(text.size()) {
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line(text.substr(begin, end - begin));
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines_.push_back(std::move(line));
    begin = end + 1;
  }
}

Place SourceText::place(std::size_t line, std::size_t column, std::size_t width) const {
  Place p;
  p.file = file_;
  p.line = static_cast<std::uint32_t>(line);
  p.text = line >= 1 && line <= lines_.size() ? lines_[line - 1] : std::string();
  p.column = static_cast<std::uint32_t>(std::min(std::max<std::size_t>(column, 1), p.text.size() + 1));
  const std::size_t rest = p.text.size() + 1 - p.column;
  p.width = static_cast<std::uint32_t>(std::max<std::size_t>(std::min(width, rest), 1));
  return p;
}

void SourceText::check() const {
  if (bytes_ > longest_text) {
    throw ConfigError(place(1, 1, 1), "a text of " + std::to_string(bytes_) + " bytes", "at most 1 MiB");
  }
  int depth = 0;
  for (std::size_t number = 1; number <= lines_.size(); ++number) {
    check_line(number);
    check_key(number);
    check_bytes(number, depth);
  }
}

void SourceText::check_line(std::size_t number) const {
  const std::size_t size = lines_[number - 1].size();
  if (size <= longest_line) return;
  Place at = place(number, longest_line, 1);
  at.text.clear();
  throw ConfigError(at, "a line of " + std::to_string(size) + " characters", "at most " + std::to_string(longest_line));
}

// A dotted key nests a table per dot. What stands before the first '=' or quote is a key.
void SourceText::check_key(std::size_t number) const {
  const std::string& line = lines_[number - 1];
  const std::size_t end = std::min(line.find_first_of("=#\"'"), line.size());
  if (std::count(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(end), '.') >= longest_key) {
    throw ConfigError(place(number, 1, 1), "a key of more than 32 parts", "at most 32");
  }
}

// Brackets in strings and comments count too: those quoted in presets are closed.
void SourceText::check_bytes(std::size_t number, int& depth) const {
  const std::string& line = lines_[number - 1];
  for (std::size_t i = 0; i < line.size();) {
    const unsigned char c = static_cast<unsigned char>(line[i]);
    const std::size_t length = utf8_length(line, i);
    if (length == 0) throw ConfigError(place(number, i + 1, 1), "a byte that is not UTF-8", "UTF-8");
    if (c == 0x7f || (c < 0x20 && c != '\t')) {
      throw ConfigError(place(number, i + 1, 1), "a control character", "text");
    }
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (depth > deepest_nesting) {
      throw ConfigError(place(number, i + 1, 1), "more than 32 open brackets", "at most 32");
    }
    i += length;
  }
}

}  // namespace takt::config
