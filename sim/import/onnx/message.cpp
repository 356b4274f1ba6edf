#include "sim/import/onnx/message.h"

#include <cstring>

namespace takt::onnx {

using protozero::pbf_wire_type;

void Message::expect(pbf_wire_type type) const {
  if (reader_.wire_type() != type)
    throw graph::GraphError("found wire type " + std::to_string(static_cast<int>(reader_.wire_type())) + " in field " +
                            std::to_string(field()) + " of " + name_ + ", expected " +
                            std::to_string(static_cast<int>(type)));
}

void Message::expect_room(std::size_t count, std::size_t most) const {
  if (count > most)
    throw graph::GraphError("found more than " + std::to_string(most) + " elements in field " +
                            std::to_string(field()) + " of " + name_);
}

std::int64_t Message::number() {
  expect(pbf_wire_type::varint);
  return reader_.get_int64();
}

float Message::real() {
  expect(pbf_wire_type::fixed32);
  return reader_.get_float();
}

std::string_view Message::bytes() {
  expect(pbf_wire_type::length_delimited);
  const protozero::data_view view = reader_.get_view();
  return {view.data(), view.size()};
}

std::uint64_t Message::skip_numbers() {
  if (packed()) return bytes().size();
  const std::uint64_t before = reader_.length();
  reader_.skip();
  return before - reader_.length();
}

void Message::numbers(std::vector<std::int64_t>& result, std::size_t most) {
  if (!packed()) {
    result.push_back(number());
  } else {
    const std::string_view view = bytes();
    const char* at = view.data();
    while (at != view.data() + view.size()) {
      result.push_back(static_cast<std::int64_t>(protozero::decode_varint(&at, view.data() + view.size())));
      expect_room(result.size(), most);
    }
  }
  expect_room(result.size(), most);
}

void Message::reals(std::vector<float>& result, std::size_t most) {
  if (!packed()) {
    result.push_back(real());
    return expect_room(result.size(), most);
  }
  const std::string_view view = bytes();
  if (view.size() % sizeof(float) != 0)
    throw graph::GraphError("found " + std::to_string(view.size()) + " bytes of floats in field " +
                            std::to_string(field()) + " of " + name_ + ", expected a multiple of 4");
  expect_room(result.size() + view.size() / sizeof(float), most);
  for (std::size_t i = 0; i < view.size(); i += sizeof(float)) {
    float value;  // little-endian, as the hosts that takt builds on
    std::memcpy(&value, view.data() + i, sizeof value);
    result.push_back(value);
  }
}

}  // namespace takt::onnx
