#include "sim/import/read_model.h"

#include <filesystem>
#include <fstream>

#include "sim/graph/error.h"
#include "sim/import/onnx/reader.h"
#include "sim/import/tflite/reader.h"

namespace takt::import {
namespace {

// FlatBuffers keep a file's identifier behind the offset of the root table.
bool is_tflite(const std::string& head) { return head.size() >= 8 && head.compare(4, 4, "TFL3") == 0; }

// Protobuf has no identifier: the first byte is the tag of one of ModelProto's fields, ir_version as a rule.
bool is_onnx(const std::string& head) {
  constexpr unsigned varint = 0, bytes = 2;
  const unsigned tag = head.empty() ? 0U : static_cast<unsigned char>(head[0]);
  const unsigned field = tag >> 3, type = tag & 7;
  const bool number = field == 1 || field == 5;  // ir_version, model_version
  return tag < 0x80 && field >= 1 && (field <= 8 || field == 14) && type == (number ? varint : bytes);
}

std::string head_of(const std::string& path) {
  std::string head(8, '\0');
  std::ifstream stream(path, std::ios::binary);
  stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(stream.gcount()));
  return head;
}

}  // namespace

bool is_self_contained(const std::string& path) { return is_tflite(head_of(path)); }

graph::Graph read_model(const std::string& path, const InputShapes& shapes, graph::WithContents contents) {
  const std::string expected = ", expected a .tflite or .onnx model";
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw graph::GraphError(path + ": found no such file" + expected);
  if (!std::filesystem::is_regular_file(status)) throw graph::GraphError(path + ": found no regular file" + expected);
  const std::string head = head_of(path);
  if (is_tflite(head)) {
    if (!shapes.empty())
      throw graph::GraphError(path + ": found shapes for inputs of a .tflite model, which has its own; expected none");
    return tflite::read_tflite(path, contents);
  }
  if (is_onnx(head)) return onnx::read_onnx(path, shapes, contents);
  if (head == "version ")
    throw graph::GraphError(path + ": found a git-lfs pointer, expected the model itself (`git lfs pull` fetches it)");
  throw graph::GraphError(path + ": found neither TensorFlow Lite's identifier nor ONNX's first field" + expected);
}

}  // namespace takt::import
