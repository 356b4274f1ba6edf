#include "traces/formats/memory/detect.h"

#include <array>
#include <filesystem>
#include <string_view>

#include "traces/formats/memory/error.h"
#include "traces/formats/memory/layout.h"

namespace takt::traces {
namespace {

constexpr std::string_view decimal_digits = "0123456789";
constexpr std::string_view hex_digits = "0123456789abcdefABCDEF";

// The first four tokens of a line, the absent ones empty.
using Tokens = std::array<std::string_view, 4>;

struct FirstLine {
  std::string_view text;  // empty: there is none
  std::uint64_t number = 1;
};

bool is_of(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

bool is_decimal(std::string_view text) { return is_of(text, decimal_digits); }

bool is_hexadecimal(std::string_view text) {
  const std::string_view start = text.substr(0, 2);
  return is_of(start == "0x" || start == "0X" ? text.substr(2) : text, hex_digits);
}

bool is_number(std::string_view text) {
  return is_decimal(text) || (is_hexadecimal(text) && text.size() > 2 && (text[1] == 'x' || text[1] == 'X'));
}

bool is_word(std::string_view text) {
  return !text.empty() && ((text[0] >= 'A' && text[0] <= 'Z') || (text[0] >= 'a' && text[0] <= 'z'));
}

// Shapes are coarse on purpose: a line that is damaged further on goes to its format's reader, which says what is
// wrong.
bool like_stl(const Tokens& t) {
  if (!t[0].empty() && t[0].back() == ':') return is_decimal(t[0].substr(0, t[0].size() - 1));
  return is_decimal(t[0]) && (t[1] == "read" || t[1] == "write" || t[1].substr(0, 1) == "(") && !is_decimal(t[2]);
}
bool like_load_store(const Tokens& t) { return t[0] == "LD" || t[0] == "ST"; }
bool like_read_write(const Tokens& t) { return (t[0] == "R" || t[0] == "W") && is_decimal(t[1].substr(0, 1)); }
bool like_dramsim3(const Tokens& t) { return is_hexadecimal(t[0]) && is_word(t[1]) && is_decimal(t[2]); }
bool like_simple_o3(const Tokens& t) {
  return is_decimal(t[0]) && is_number(t[1]) && (t[2].empty() || is_number(t[2])) && t[3].empty();
}

struct Shape {
  std::string_view format;
  bool (*matches)(const Tokens&);
};

constexpr Shape shapes[] = {
    {"dramsim3", like_dramsim3},
    {"stl", like_stl},
    {"ramulator2-loadstore", like_load_store},
    {"ramulator2-readwrite", like_read_write},
    {"ramulator2-simpleo3", like_simple_o3},
};

struct Container {
  std::string_view magic;
  std::string_view name;
};

constexpr Container containers[] = {
    {"\x1f\x8b", "gzip"}, {"\x28\xb5\x2f\xfd", "zstd"}, {"\xfd\x37zXZ", "xz"}, {"BZh", "bzip2"}};

Tokens tokens_of(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  Tokens tokens;
  for (std::string_view& token : tokens) {
    const std::size_t begin = line.find_first_not_of(blanks);
    if (begin == std::string_view::npos || line[begin] == '#') break;
    line.remove_prefix(begin);
    token = line.substr(0, line.find_first_of(" \t\r#"));
    line.remove_prefix(token.size());
  }
  return tokens;
}

// The first line that is neither blank nor a comment.
FirstLine first_line(std::string_view text) {
  FirstLine line;
  while (!text.empty()) {
    line.text = text.substr(0, text.find('\n'));
    if (!tokens_of(line.text)[0].empty()) return line;
    text.remove_prefix(std::min(text.size(), line.text.size() + 1));
    ++line.number;
  }
  return {};
}

const MemoryTraceFormat* by_extension(const std::string& name) {
  const std::string extension = std::filesystem::path(name).extension().string();
  for (const MemoryTraceFormat& format : memory_trace_formats)
    if (!extension.empty() && format.extension == extension) return &format;
  return nullptr;
}

void refuse_containers(const ByteSource& source) {
  for (const Container& container : containers)
    if (source.available().substr(0, container.magic.size()) == container.magic)
      throw MemoryTraceError({source.name()}, "a file packed with " + std::string(container.name),
                             "a memory trace: unpack it first (takt's own format is compressed already)");
}

[[noreturn]] void fail_without_line(const ByteSource& source) {
  if (source.available().size() < ByteSource::capacity)
    throw MemoryTraceError({source.name()}, "no accesses", "at least one");
  throw MemoryTraceError({source.name()}, "no access in the first " + std::to_string(ByteSource::capacity) + " bytes",
                         "one, or the format's name: " + memory_trace_format_names());
}

}  // namespace

const MemoryTraceFormat& detect_memory_trace_format(ByteSource& source) {
  while (source.more()) {
  }
  const std::string_view start = source.available();
  const std::string_view magic = start.substr(0, layout::magic.size());
  if (!start.empty() && magic == layout::magic.substr(0, magic.size())) return *find_memory_trace_format("takt");
  if (const MemoryTraceFormat* format = by_extension(source.name())) return *format;
  refuse_containers(source);
  const FirstLine line = first_line(start);
  if (line.text.empty()) fail_without_line(source);
  const Tokens tokens = tokens_of(line.text);
  for (const Shape& shape : shapes)
    if (shape.matches(tokens)) return *find_memory_trace_format(shape.format);
  throw MemoryTraceError({source.name(), line.number}, shown(line.text),
                         "an access of a known format, or the format's name: " + memory_trace_format_names());
}

}  // namespace takt::traces
