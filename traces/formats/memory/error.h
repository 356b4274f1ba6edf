// What reading and writing memory traces throws.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace takt::traces {

// A place in a trace. What is 0 is not known; a binary trace has an offset and an access, a text a line and a column.
struct TracePlace {
  std::string file;  // as given by the user
  std::uint64_t line = 0;
  std::uint64_t column = 0;
  bool binary = false;  // the offset counts, also where it is 0
  std::uint64_t offset = 0;
  std::uint64_t record = 0;
};

// "file:line:column" or "file: byte 340, access 17", as far as it is known.
std::string to_string(const TracePlace& place);

// A token of the input as it may be shown: in quotes, cut off after 40 characters, other than printable ones as \xNN.
std::string shown(std::string_view text);

// The input cannot be used. The text is "<place>: found <found>, expected <expected>".
class MemoryTraceError : public std::runtime_error {
 public:
  MemoryTraceError(const TracePlace& place, const std::string& found, const std::string& expected);

  const TracePlace& place() const { return place_; }
  const std::string& found() const { return found_; }
  const std::string& expected() const { return expected_; }

 private:
  TracePlace place_;
  std::string found_;
  std::string expected_;
};

// A trace cannot be written: the text names the file and the system's reason.
class MemoryTraceWriteError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace takt::traces
