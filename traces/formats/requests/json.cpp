#include "traces/formats/requests/json.h"

#include <charconv>
#include <fstream>

namespace takt::traces {
namespace {

constexpr int deepest = 64;
constexpr std::size_t most_bytes = std::size_t{64} << 20;

class Parser {
 public:
  Parser(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  JsonValue whole() {
    JsonValue value = this->value(0);
    blanks();
    if (at_ != text_.size()) fail("the end of the file");
    return value;
  }

 private:
  TracePlace place() const { return {file_, line_, at_ - line_begin_ + 1}; }
  [[noreturn]] void fail(const std::string& expected) const {
    const std::size_t end = text_.find_first_of(" \t\r\n,", at_ + 1);
    throw MemoryTraceError(place(), at_ >= text_.size() ? "the end of the file" : shown(text_.substr(at_, end - at_)),
                           expected);
  }
  bool at(std::string_view token) const { return text_.substr(at_, token.size()) == token; }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void step() {
    if (text_[at_++] == '\n') {
      ++line_;
      line_begin_ = at_;
    }
  }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    step();
    return true;
  }
  void blanks();
  void comment(std::string_view end, const char* expected);
  JsonValue value(int depth);
  void array(JsonValue& value, int depth);
  void object(JsonValue& value, int depth);
  std::string string();
  void escape(std::string& to);
  void number(JsonValue& value);
  void word(JsonValue& value, std::string_view text, JsonValue::Kind kind);

  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0, line_begin_ = 0;
  std::uint64_t line_ = 1;
};

void Parser::comment(std::string_view end, const char* expected) {
  step();
  step();
  while (!at(end)) {
    if (at_ >= text_.size()) fail(expected);
    step();
  }
  for (std::size_t i = 0; i < end.size(); ++i) step();
}

void Parser::blanks() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      step();
    } else if (at("/*")) {
      comment("*/", "the end of the comment");
    } else if (at("//")) {
      while (at_ < text_.size() && text_[at_] != '\n') step();
    } else {
      return;
    }
  }
}

JsonValue Parser::value(int depth) {
  blanks();
  JsonValue value;
  value.place = place();
  const char c = peek();
  if (depth > deepest) fail("at most " + std::to_string(deepest) + " levels of nesting");
  if (c == '{') {
    object(value, depth);
  } else if (c == '[') {
    array(value, depth);
  } else if (c == '"') {
    value.kind = JsonValue::Kind::string;
    value.text = string();
  } else if (c == '-' || (c >= '0' && c <= '9')) {
    number(value);
  } else if (at("true")) {
    word(value, "true", JsonValue::Kind::boolean);
  } else if (at("false")) {
    word(value, "false", JsonValue::Kind::boolean);
  } else if (at("null")) {
    word(value, "null", JsonValue::Kind::null);
  } else {
    fail("a value");
  }
  return value;
}

void Parser::word(JsonValue& value, std::string_view text, JsonValue::Kind kind) {
  value.kind = kind;
  value.text = text;
  at_ += text.size();
}

void Parser::array(JsonValue& value, int depth) {
  value.kind = JsonValue::Kind::array;
  step();
  for (blanks(); !take(']'); blanks()) {
    value.elements.push_back(this->value(depth + 1));
    blanks();
    if (!take(',') && peek() != ']') fail("',' or ']'");
  }
}

void Parser::object(JsonValue& value, int depth) {
  value.kind = JsonValue::Kind::object;
  step();
  for (blanks(); !take('}'); blanks()) {
    JsonMember member;
    member.place = place();
    if (peek() != '"') fail("a key in quotes, or '}'");
    member.key = string();
    blanks();
    if (!take(':')) fail("':'");
    member.value = this->value(depth + 1);
    value.members.push_back(std::move(member));
    blanks();
    if (!take(',') && peek() != '}') fail("',' or '}'");
  }
}

std::string Parser::string() {
  std::string text;
  step();
  while (!take('"')) {
    const auto byte = static_cast<unsigned char>(peek());
    if (at_ >= text_.size() || byte < 0x20) fail("the end of the string");
    if (byte == '\\') {
      step();
      escape(text);
    } else {
      text += peek();
      step();
    }
  }
  return text;
}

void Parser::escape(std::string& to) {
  constexpr std::string_view escaped = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
  const std::size_t known = at_ < text_.size() ? escaped.find(text_[at_]) : std::string_view::npos;
  if (known != std::string_view::npos) {
    to += meant[known];
    step();
    return;
  }
  // Of characters that no name here has the number stays.
  if (!at("u")) fail("an escape of JSON");
  to += "\\u";
  step();
}

void Parser::number(JsonValue& value) {
  value.kind = JsonValue::Kind::number;
  const std::size_t begin = at_;
  while (at_ < text_.size() && std::string_view("+-.0123456789eE").find(text_[at_]) != std::string_view::npos) ++at_;
  value.text = text_.substr(begin, at_ - begin);
}

[[noreturn]] void refuse(const JsonValue& value, const std::string& what, const std::string& expected) {
  const bool scalar = value.kind == JsonValue::Kind::number || value.kind == JsonValue::Kind::boolean;
  const std::string found = scalar                                  ? value.text.substr(0, 40)
                            : value.kind == JsonValue::Kind::string ? shown(value.text)
                                                                    : name_of(value.kind);
  throw MemoryTraceError(value.place, found + " for " + what, expected);
}

}  // namespace

const JsonValue* JsonValue::find(std::string_view key) const {
  for (const JsonMember& member : members)
    if (member.key == key) return &member.value;
  return nullptr;
}

const char* name_of(JsonValue::Kind kind) {
  constexpr const char* names[] = {"null", "a boolean", "a number", "a string", "an array", "an object"};
  return names[static_cast<int>(kind)];
}

JsonValue parse_json(std::string_view text, const std::string& file) { return Parser(text, file).whole(); }

std::string read_whole(const std::string& path, const std::string& expected) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw MemoryTraceError({path}, "no such file, or none that can be read", expected);
  std::string text(4096, '\0'), all;
  while (file.read(text.data(), static_cast<std::streamsize>(text.size())) || file.gcount() != 0) {
    all.append(text, 0, static_cast<std::size_t>(file.gcount()));
    if (all.size() > most_bytes) throw MemoryTraceError({path}, "more than 64 MiB", expected);
  }
  if (!file.eof()) throw MemoryTraceError({path}, "a file that cannot be read", expected);
  return all;
}

const JsonValue& expect(const JsonValue& value, JsonValue::Kind kind, const std::string& what) {
  if (value.kind != kind) refuse(value, what, name_of(kind));
  return value;
}

std::int64_t integer_of(const JsonValue& value, const std::string& what, std::int64_t least, std::int64_t most) {
  const std::string expected = "an integer, " + std::to_string(least) + " to " + std::to_string(most);
  std::int64_t number = 0;
  const char* const end = value.text.data() + value.text.size();
  const auto read = std::from_chars(value.text.data(), end, number);
  if (value.kind != JsonValue::Kind::number || read.ec != std::errc() || read.ptr != end || number < least ||
      number > most)
    refuse(value, what, expected);
  return number;
}

std::uint64_t thousandths_of(const JsonValue& value, const std::string& what, std::uint64_t most) {
  const std::string expected = "a number with up to three decimals, 0 to " + std::to_string(most);
  if (value.kind != JsonValue::Kind::number) refuse(value, what, expected);
  const std::string_view text = value.text;
  const std::size_t point = text.find('.');
  std::string digits(text.substr(0, point));
  std::string part(point == std::string_view::npos ? std::string_view() : text.substr(point + 1));
  while (part.size() > 3 && part.back() == '0') part.pop_back();
  if ((point != std::string_view::npos && part.empty()) || part.size() > 3) refuse(value, what, expected);
  part.resize(3, '0');
  digits += part;
  std::uint64_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || number > most * 1000)
    refuse(value, what, expected);
  return number;
}

}  // namespace takt::traces
