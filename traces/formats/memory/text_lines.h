// Lines of a text trace, and the tokens of a line. Lines end with LF or CRLF, the last one also with the file; a '#'
// begins a comment that runs to the end of the line; tokens are separated by blanks and tabs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "traces/formats/memory/byte_source.h"
#include "traces/formats/memory/error.h"

namespace takt::traces {

struct TextLine {
  std::string_view text;     // without its end
  std::uint64_t number = 0;  // from 1
  bool ended = true;         // false: the file ends in it
};

// No line may be longer than ByteSource::capacity: a file without line ends is refused, not loaded.
class LineReader {
 public:
  explicit LineReader(ByteSource source) : source_(std::move(source)) {}

  // False behind the last line. The line is valid until the next call.
  // Throws MemoryTraceError for a line that is too long or that holds control characters.
  bool next(TextLine& line);

  const std::string& file() const { return source_.name(); }

 private:
  bool deliver(TextLine& line, std::size_t length, bool ended);
  [[noreturn]] void fail_control(const TextLine& line) const;

  ByteSource source_;
  std::size_t delivered_ = 0;  // bytes of the line that the caller holds
  std::uint64_t number_ = 0;
};

// Takes a line apart. Each taker throws MemoryTraceError with line and column, `expected` telling what was wanted.
class LineTokens {
 public:
  LineTokens(const TextLine& line, const std::string& file) : line_(line), file_(file), rest_(line.text) {}

  bool at_end();
  std::string_view peek();
  std::string_view take(std::string_view expected);
  std::uint64_t take_decimal(std::string_view expected);
  std::uint64_t take_hexadecimal(std::string_view expected);  // with or without 0x
  std::uint64_t take_number(std::string_view expected);       // decimal, or hexadecimal with 0x
  void finish();

  // As the takers, for a part of a token that was taken.
  std::uint64_t decimal(std::string_view text, std::string_view expected) const;

  // `token` must be a part of the line.
  [[noreturn]] void fail(std::string_view token, std::string_view expected) const;
  [[noreturn]] void fail_at(std::string_view token, const std::string& found, const std::string& expected) const;

 private:
  std::uint64_t number(std::string_view text, std::string_view digits, int base, std::string_view expected) const;

  const TextLine& line_;
  const std::string& file_;
  std::string_view rest_;
};

// Whether the text begins with 0x or 0X.
bool has_hex_prefix(std::string_view text);

}  // namespace takt::traces
