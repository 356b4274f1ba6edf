#include "tests/functional/golden.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <numeric>
#include <stdexcept>

namespace takt::functional::test {

namespace {

using Bytes = std::vector<std::uint8_t>;

class Cursor {
 public:
  explicit Cursor(Bytes bytes) : bytes_(std::move(bytes)) {}

  bool at_end() const { return at_ == bytes_.size(); }

  std::uint32_t number() {
    std::uint32_t value;
    std::memcpy(&value, take(sizeof value), sizeof value);
    return value;
  }
  Bytes bytes() {
    const std::uint32_t size = number();
    const std::uint8_t* begin = take(size);
    return {begin, begin + size};
  }
  std::string text() {
    const Bytes content = bytes();
    return {content.begin(), content.end()};
  }
  GoldenTensor tensor() {
    GoldenTensor result;
    result.name = text();
    number();  // the graph has the type
    result.shape.resize(number());
    for (std::int64_t& dimension : result.shape) dimension = number();
    result.bytes = bytes();
    result.element_bytes = result.bytes.size() / graph::elements_of(result.shape);
    return result;
  }
  std::vector<GoldenTensor> tensors() {
    std::vector<GoldenTensor> result(number());
    for (GoldenTensor& one : result) one = tensor();
    return result;
  }

 private:
  const std::uint8_t* take(std::size_t count) {
    if (count > bytes_.size() - at_) throw std::runtime_error("a golden file ends within a case");
    at_ += count;
    return bytes_.data() + at_ - count;
  }

  Bytes bytes_;
  std::size_t at_ = 0;
};

}  // namespace

// By the one order of dimensions that gives the tensor's shape; channels last where there are several.
Bytes GoldenTensor::stored_as(const graph::Tensor& tensor) const {
  if (tensor.shape == shape || tensor.shape.size() != shape.size()) return bytes;
  const graph::Shape channels_last = shape.size() == 4 ? graph::Shape{0, 2, 3, 1} : graph::Shape{};
  graph::Shape order(shape.size());
  std::iota(order.begin(), order.end(), 0);
  const auto fits = [&](const graph::Shape& candidate) {
    for (std::size_t i = 0; i < candidate.size(); ++i)
      if (shape[static_cast<std::size_t>(candidate[i])] != tensor.shape[i]) return false;
    return !candidate.empty();
  };
  if (fits(channels_last))
    order = channels_last;
  else
    while (!fits(order))
      if (!std::next_permutation(order.begin(), order.end()))
        throw std::runtime_error("'" + name + "' is stored in another shape");
  return permuted(order);
}

Bytes GoldenTensor::permuted(const graph::Shape& order) const {
  std::vector<std::size_t> distance(shape.size(), element_bytes), index(shape.size(), 0);
  for (std::size_t i = shape.size(); i-- > 1;) distance[i - 1] = distance[i] * static_cast<std::size_t>(shape[i]);
  Bytes result;
  while (result.size() < bytes.size()) {
    std::size_t from = 0;
    for (std::size_t i = 0; i < index.size(); ++i) from += index[i] * distance[static_cast<std::size_t>(order[i])];
    result.insert(result.end(), bytes.begin() + static_cast<std::ptrdiff_t>(from),
                  bytes.begin() + static_cast<std::ptrdiff_t>(from + element_bytes));
    for (std::size_t i = index.size(); i-- > 0;) {
      if (++index[i] < static_cast<std::size_t>(shape[static_cast<std::size_t>(order[i])])) break;
      index[i] = 0;
    }
  }
  return result;
}

std::vector<Golden> read_golden(const std::string& family) {
  const char* elsewhere = std::getenv("TAKT_GOLDEN");
  const std::string folder = elsewhere == nullptr ? TAKT_GOLDEN : elsewhere;
  std::ifstream stream(folder + "/" + family + ".golden", std::ios::binary);
  if (!stream) throw std::runtime_error("found no golden/" + family + ".golden");
  Cursor cursor(Bytes(std::istreambuf_iterator<char>(stream), {}));
  std::vector<Golden> result;
  while (!cursor.at_end()) {
    Golden golden;
    golden.name = cursor.text();
    golden.model = cursor.bytes();
    golden.inputs = cursor.tensors();
    golden.outputs = cursor.tensors();
    result.push_back(std::move(golden));
  }
  return result;
}

}  // namespace takt::functional::test
