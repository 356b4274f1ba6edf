// The frame of gdb's remote protocol (GDB manual, appendix E.1): $payload#checksum, acknowledgements, Ctrl-C.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace takt::gdb {

// A payload as it travels. It holds no '$' or '#', which binary data must be escaped for.
std::string framed(std::string_view payload);

// Binary data: '#', '$', '}' and '*' become '}' and the byte xor 0x20.
std::string escaped(std::string_view bytes);
// Empty: ends within an escape.
std::optional<std::string> unescaped(std::string_view text);

// Takes bytes as they come.
class PacketReader {
 public:
  static constexpr std::size_t longest = 4096;  // payload, in bytes

  enum class Event : std::uint8_t {
    none,       // more bytes are needed
    packet,     // payload() is one, its checksum right
    damaged,    // one whose checksum is wrong or no number
    too_long,   // one with more than `longest` bytes, of which nothing is kept
    accepted,   // '+'
    refused,    // '-'
    interrupt,  // Ctrl-C
  };

  Event take(char byte);
  const std::string& payload() const { return payload_; }
  // In no-acknowledgement mode checksums are still there and may be ignored (E.11).
  void ignore_checksums() { check_ = false; }

 private:
  enum class State : std::uint8_t { between, payload, first_digit, second_digit };

  Event begin(char byte);
  Event finish();

  State state_ = State::between;
  std::string payload_;
  bool too_long_ = false;
  bool check_ = true;
  std::uint8_t sum_ = 0;
  char digits_[2] = {};
};

}  // namespace takt::gdb
