#include "sim/results/value.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace takt::results {
namespace {

void append_string(std::string& text, std::string_view s) {
  static constexpr char hex[] = "0123456789abcdef";
  text += '"';
  for (const char c : s) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (byte < 0x20) {
      text += "\\u00";
      text += hex[byte >> 4];
      text += hex[byte & 15];
    } else {
      text += c;
    }
  }
  text += '"';
}

void new_line(std::string& text, unsigned depth) {
  text += '\n';
  text.append(std::size_t{2} * depth, ' ');
}

}  // namespace

std::string to_text(Decimal d) {
  std::string digits;
  for (unsigned __int128 rest = d.digits; rest != 0; rest /= 10) digits += static_cast<char>('0' + rest % 10);
  while (digits.size() <= d.places) digits += '0';
  std::reverse(digits.begin(), digits.end());
  if (d.places == 0) return digits;
  const std::size_t whole = digits.size() - d.places;
  std::string fraction = digits.substr(whole);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  digits.erase(whole);
  return fraction.empty() ? digits : digits + "." + fraction;
}

double to_double(Decimal d) {
  double value = static_cast<double>(d.digits);
  for (unsigned i = 0; i < d.places; ++i) value /= 10;
  return value;
}

Value& Value::operator[](const std::string& key) {
  if (is_null()) data_ = Object{};
  return std::get<Object>(data_)[key];
}

const Value& Value::at(const std::string& key) const {
  const Object* object = std::get_if<Object>(&data_);
  if (object == nullptr) throw std::out_of_range("no member `" + key + "` in a value that is no object");
  return object->at(key);
}

std::string Value::json() const {
  std::string text;
  append(text, 0);
  text += '\n';
  return text;
}

void Value::append(std::string& text, unsigned depth) const {
  if (const auto* object = std::get_if<Object>(&data_)) {
    text += '{';
    bool first = true;
    for (const auto& [key, member] : *object) {
      if (!first) text += ',';
      first = false;
      new_line(text, depth + 1);
      append_string(text, key);
      text += ": ";
      member.append(text, depth + 1);
    }
    if (!first) new_line(text, depth);
    text += '}';
  } else if (const auto* array = std::get_if<Array>(&data_)) {
    text += '[';
    bool first = true;
    for (const Value& element : *array) {
      if (!first) text += ',';
      first = false;
      new_line(text, depth + 1);
      element.append(text, depth + 1);
    }
    if (!first) new_line(text, depth);
    text += ']';
  } else if (const auto* s = std::get_if<std::string>(&data_)) {
    append_string(text, *s);
  } else if (const auto* n = std::get_if<std::uint64_t>(&data_)) {
    text += std::to_string(*n);
  } else if (const auto* d = std::get_if<Decimal>(&data_)) {
    text += to_text(*d);
  } else if (const auto* b = std::get_if<bool>(&data_)) {
    text += *b ? "true" : "false";
  } else {
    text += "null";
  }
}

}  // namespace takt::results
