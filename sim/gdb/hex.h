// Bytes and numbers as the remote protocol writes them: two hexadecimal digits a byte, numbers without a prefix.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace takt::gdb {

std::string hex_of(std::string_view bytes);
// Empty: an odd number of digits, or something that is none.
std::optional<std::string> bytes_of(std::string_view digits);

// A register's value: its bytes, least significant first.
std::string hex_of_word(std::uint32_t value);
std::optional<std::uint32_t> word_of(std::string_view digits);

// A number as addresses and lengths are written: most significant digit first.
std::string number_of(std::uint32_t value);
// Takes a number of 1 to 8 digits off the front. Empty: there is none, or it has more digits; `text` is then unchanged.
std::optional<std::uint32_t> take_number(std::string_view& text);
// Takes `expected` off the front; false: something else is there.
bool take(std::string_view& text, std::string_view expected);

}  // namespace takt::gdb
