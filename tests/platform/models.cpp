#include "tests/platform/models.h"

#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "tests/import/tflite_writer.h"

namespace takt::platform::test {

using tflite::testing::Writer;
namespace schema = tflite::schema;

namespace {

std::string save(const Folder& folder, const std::string& name, const Writer& writer) {
  const std::filesystem::path file = folder / name;
  const std::vector<std::uint8_t> bytes = writer.bytes();
  std::ofstream to(file, std::ios::binary);
  to.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!to) throw std::runtime_error("cannot write " + file.string());
  return file.string();
}

int convolution(Writer& writer, int x, int size, int in, int out) {
  schema::Conv2DOptionsT options;
  options.padding = schema::Padding_SAME;
  options.stride_h = options.stride_w = 1;
  const int weights = writer.constant({out, 3, 3, in}), bias = writer.constant({out}, schema::TensorType_INT32);
  const int y = writer.tensor({1, size, size, out});
  writer.op(schema::BuiltinOperator_CONV_2D, {x, weights, bias}, {y}, options);
  return y;
}

}  // namespace

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "takt-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string matrix_vector_chain(const Folder& folder, int layers, int width) {
  Writer writer;
  int x = writer.input({1, width});
  for (int layer = 0; layer < layers; ++layer) {
    const int weights = writer.constant({width, width}), y = writer.tensor({1, width});
    writer.op(schema::BuiltinOperator_FULLY_CONNECTED, {x, weights}, {y}, schema::FullyConnectedOptionsT());
    x = y;
  }
  return save(folder, "matrix_vector.tflite", writer);
}

std::string convolution_chain(const Folder& folder, int layers, int size, int channels) {
  Writer writer;
  int x = writer.input({1, size, size, 3});
  for (int layer = 0; layer < layers; ++layer) x = convolution(writer, x, size, layer == 0 ? 3 : channels, channels);
  return save(folder, "convolutions.tflite", writer);
}

std::string with_custom_operator(const Folder& folder) {
  Writer writer;
  const int x = convolution(writer, writer.input({1, 32, 32, 32}), 32, 32, 32);
  const int y = writer.tensor({1, 32, 32, 32});
  writer.custom("Wobble", {x}, {y});
  convolution(writer, y, 32, 32, 32);
  return save(folder, "wobble.tflite", writer);
}

}  // namespace takt::platform::test
