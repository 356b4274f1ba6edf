// One protobuf message, field by field, with the checks that protozero leaves to its caller.
#pragma once

#include <cstdint>
#include <protozero/pbf_reader.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sim/graph/error.h"

namespace takt::onnx {

// Every read throws graph::GraphError where the field has another wire type; protozero's own exceptions (truncated,
// corrupt) pass through.
class Message {
 public:
  Message(std::string_view bytes, const char* name) : reader_(bytes.data(), bytes.size()), name_(name) {}

  bool next() { return reader_.next(); }
  std::uint32_t field() const { return reader_.tag(); }
  void skip() { reader_.skip(); }

  std::int64_t number();
  float real();
  std::string_view bytes();
  std::uint64_t skip_numbers();  // a repeated number, packed or not; returns the bytes it takes, unread

  // A repeated field, packed or not: appends this occurrence's elements, at most `most` in all.
  void numbers(std::vector<std::int64_t>& result, std::size_t most);
  void reals(std::vector<float>& result, std::size_t most);

 private:
  bool packed() const { return reader_.wire_type() == protozero::pbf_wire_type::length_delimited; }
  void expect(protozero::pbf_wire_type type) const;
  void expect_room(std::size_t count, std::size_t most) const;

  protozero::pbf_reader reader_;
  const char* name_;
};

// Runs a step that reads messages. protozero's exceptions say what is wrong with the encoding, not what that means.
template <typename Step>
auto whole_message(Step step) {
  try {
    return step();
  } catch (const protozero::exception& error) {
    throw graph::GraphError(std::string("found no whole protobuf message (") + error.what() +
                            "): truncated or corrupt");
  }
}

}  // namespace takt::onnx
