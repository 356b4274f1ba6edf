#include "sim/gdb/packet.h"

#include "sim/gdb/hex.h"

namespace takt::gdb {
namespace {

constexpr char interrupt_byte = 3;

bool must_be_escaped(char c) { return c == '#' || c == '$' || c == '}' || c == '*'; }

}  // namespace

std::string framed(std::string_view payload) {
  std::uint8_t sum = 0;
  for (const char c : payload) sum = static_cast<std::uint8_t>(sum + static_cast<std::uint8_t>(c));
  const char last = static_cast<char>(sum);
  return "$" + std::string(payload) + "#" + hex_of({&last, 1});
}

std::string escaped(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    if (must_be_escaped(c)) text += '}';
    text += must_be_escaped(c) ? static_cast<char>(c ^ 0x20) : c;
  }
  return text;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '}') {
      bytes += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    bytes += static_cast<char>(text[i] ^ 0x20);
  }
  return bytes;
}

PacketReader::Event PacketReader::take(char byte) {
  // A packet that begins within another means that the rest of that one was lost.
  if (byte == '$') return begin(byte);
  switch (state_) {
    case State::between:
      return begin(byte);
    case State::payload:
      if (byte == '#') {
        state_ = State::first_digit;
      } else {
        sum_ = static_cast<std::uint8_t>(sum_ + static_cast<std::uint8_t>(byte));
        too_long_ = too_long_ || payload_.size() == longest;
        if (!too_long_) payload_ += byte;
      }
      return Event::none;
    case State::first_digit:
      digits_[0] = byte;
      state_ = State::second_digit;
      return Event::none;
    case State::second_digit:
      break;
  }
  digits_[1] = byte;
  state_ = State::between;
  return finish();
}

PacketReader::Event PacketReader::begin(char byte) {
  switch (byte) {
    case '$':
      state_ = State::payload;
      payload_.clear();
      too_long_ = false;
      sum_ = 0;
      return Event::none;
    case '+':
      return Event::accepted;
    case '-':
      return Event::refused;
    case interrupt_byte:
      return Event::interrupt;
    default:
      return Event::none;  // noise
  }
}

PacketReader::Event PacketReader::finish() {
  const std::optional<std::string> sum = bytes_of({digits_, 2});
  if (check_ && (!sum || static_cast<std::uint8_t>((*sum)[0]) != sum_)) return Event::damaged;
  if (!too_long_) return Event::packet;
  payload_.clear();
  return Event::too_long;
}

}  // namespace takt::gdb
