#include "traces/formats/memory/text_lines.h"

#include <algorithm>
#include <charconv>

namespace takt::traces {
namespace {

// Loops of our own: std::string_view::find_first_of costs more than all the rest of a line.
bool is_blank(char c) { return c == ' ' || c == '\t'; }

// No text has them; a binary file has one within its first bytes.
bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

}  // namespace

bool has_hex_prefix(std::string_view text) {
  return text.size() >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

bool LineReader::next(TextLine& line) {
  source_.consume(delivered_);
  delivered_ = 0;
  std::size_t searched = 0;
  while (true) {
    const std::size_t end = source_.available().find('\n', searched);
    if (end != std::string_view::npos) return deliver(line, end, true);
    searched = source_.available().size();
    if (source_.more()) continue;
    if (searched == ByteSource::capacity)
      throw MemoryTraceError({file(), number_ + 1},
                             "a line that does not end within " + std::to_string(searched) + " bytes",
                             "the end of the line");
    return searched != 0 && deliver(line, searched, false);
  }
}

bool LineReader::deliver(TextLine& line, std::size_t length, bool ended) {
  line.text = source_.available().substr(0, length);
  line.number = ++number_;
  line.ended = ended;
  delivered_ = length + (ended ? 1 : 0);
  if (!line.text.empty() && line.text.back() == '\r') line.text.remove_suffix(1);
  bool binary = false;  // without a branch in the loop, which the compiler then vectorises
  for (const char c : line.text) binary |= is_control(c);
  if (binary) fail_control(line);
  return true;
}

void LineReader::fail_control(const TextLine& line) const {
  const auto* const at = std::find_if(line.text.begin(), line.text.end(), is_control);
  const auto column = static_cast<std::uint64_t>(at - line.text.begin()) + 1;
  throw MemoryTraceError({file(), line.number, column}, "the byte " + shown({at, 1}), "text");
}

bool LineTokens::at_end() {
  std::size_t blanks = 0;
  while (blanks < rest_.size() && is_blank(rest_[blanks])) ++blanks;
  rest_.remove_prefix(blanks);
  return rest_.empty() || rest_.front() == '#';
}

std::string_view LineTokens::peek() {
  if (at_end()) return {};
  std::size_t size = 1;
  while (size < rest_.size() && !is_blank(rest_[size]) && rest_[size] != '#') ++size;
  return rest_.substr(0, size);
}

std::string_view LineTokens::take(std::string_view expected) {
  const std::string_view token = peek();
  if (token.empty())
    fail_at(rest_.substr(0, 0), line_.ended ? "the end of the line" : "the end of the file inside a line",
            std::string(expected));
  rest_.remove_prefix(token.size());
  return token;
}

std::uint64_t LineTokens::take_decimal(std::string_view expected) { return decimal(take(expected), expected); }

std::uint64_t LineTokens::take_hexadecimal(std::string_view expected) {
  const std::string_view token = take(expected);
  return number(token, has_hex_prefix(token) ? token.substr(2) : token, 16, expected);
}

std::uint64_t LineTokens::take_number(std::string_view expected) {
  const std::string_view token = take(expected);
  return has_hex_prefix(token) ? number(token, token.substr(2), 16, expected) : decimal(token, expected);
}

void LineTokens::finish() {
  if (!at_end()) fail(peek(), "the end of the line");
}

std::uint64_t LineTokens::decimal(std::string_view text, std::string_view expected) const {
  return number(text, text, 10, expected);
}

std::uint64_t LineTokens::number(std::string_view text, std::string_view digits, int base,
                                 std::string_view expected) const {
  std::uint64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, fault] = std::from_chars(digits.data(), end, value, base);
  if (fault == std::errc::result_out_of_range && stop == end) fail(text, std::string(expected) + " below 2^64");
  if (fault != std::errc() || stop != end) fail(text, expected);
  return value;
}

void LineTokens::fail(std::string_view token, std::string_view expected) const {
  fail_at(token, shown(token), std::string(expected));
}

void LineTokens::fail_at(std::string_view token, const std::string& found, const std::string& expected) const {
  const auto column = static_cast<std::uint64_t>(token.data() - line_.text.data()) + 1;
  throw MemoryTraceError({file_, line_.number, column}, found, expected);
}

}  // namespace takt::traces
