// NumPy's .npy files (NEP 1; versions 1.0 to 3.0): one array of numbers, in C order, little-endian.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace takt::traces {

struct NpyArray {
  std::string type;                 // as the file spells it: "|i1", "<f4"
  std::vector<std::int64_t> shape;  // {}: a scalar
  std::vector<std::uint8_t> bytes;  // the last dimension fastest
};

// The file cannot be read; the message names it, what was found and what was expected.
class NpyError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Bytes of an element of a type that read_npy takes: integers, floats and booleans of 1 to 8 bytes; 0: another.
std::size_t npy_element_bytes(const std::string& type);

// Throws NpyError for anything but one whole array of such a type.
NpyArray read_npy(const std::string& path);

// The same from a file's bytes; `name` is for messages.
NpyArray parse_npy(const std::string& bytes, const std::string& name);

// The file's bytes, version 1.0, data aligned to 64.
std::string npy_bytes(const NpyArray& array);

}  // namespace takt::traces
