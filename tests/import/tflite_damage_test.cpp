// Damaged files give an error or a valid graph, never a crash (which the sanitizers would see).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>

#include "sim/graph/error.h"
#include "sim/import/tflite/reader.h"
#include "tests/import/tflite_writer.h"

namespace takt::tflite {
namespace {

using testing::Writer;

// True where the bytes made a graph; it is valid then.
bool survives(const std::uint8_t* bytes, std::size_t size) {
  graph::Graph g;
  try {
    g = parse_tflite(bytes, size, "damaged.tflite", graph::WithContents::yes);
  } catch (const graph::GraphError&) {
    return false;
  }
  graph::validate(g);
  graph::weight_bytes_of(g);
  return true;
}

TEST(TfliteDamage, TheUndamagedFilesAreRead) {
  const auto one = testing::one_convolution().bytes(), many = testing::many_operators().bytes();
  EXPECT_TRUE(survives(one.data(), one.size()));
  EXPECT_TRUE(survives(many.data(), many.size()));
  EXPECT_EQ(testing::many_operators().error(), "");
}

TEST(TfliteDamage, TruncationAtAnyLength) {
  const std::vector<std::uint8_t> bytes = testing::many_operators().bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    survives(cut.data(), cut.size());
  }
  EXPECT_FALSE(survives(bytes.data(), bytes.size() / 2));
}

TEST(TfliteDamage, EveryByteReplaced) {
  const std::vector<std::uint8_t> bytes = testing::one_convolution().bytes();
  for (std::size_t i = 0; i < bytes.size(); ++i)
    for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff, bytes[i] ^ 0x04}) {
      std::vector<std::uint8_t> damaged = bytes;
      damaged[i] = static_cast<std::uint8_t>(value);
      survives(damaged.data(), damaged.size());
    }
}

TEST(TfliteDamage, RandomBitsFlipped) {
  const std::vector<std::uint8_t> bytes = testing::many_operators().bytes();
  std::mt19937 random(20240601);
  int survivors = 0;
  for (int round = 0; round < 10000; ++round) {
    std::vector<std::uint8_t> damaged = bytes;
    for (std::uint32_t flips = 1 + random() % 8; flips > 0; --flips)
      damaged[random() % damaged.size()] ^= static_cast<std::uint8_t>(1U << random() % 8);
    survivors += survives(damaged.data(), damaged.size());
  }
  EXPECT_GT(survivors, 0);  // names and weights take no harm
}

// A vector of one zero point, moved behind the file to where its number lies at no multiple of eight.
std::vector<std::uint8_t> with_zero_point_at_odd_place() {
  constexpr std::int64_t zero = 0x1122334455667788;
  Writer w = testing::one_convolution();
  auto& quantization = w.at(0).quantization;
  quantization = std::make_unique<schema::QuantizationParametersT>();
  quantization->scale = {1};
  quantization->zero_point = {zero};
  std::vector<std::uint8_t> bytes = w.bytes();
  const std::uint32_t length = 1;
  std::uint8_t vector[12];
  std::memcpy(vector, &length, sizeof length);
  std::memcpy(vector + 4, &zero, sizeof zero);
  const auto was = std::search(bytes.begin(), bytes.end(), std::begin(vector), std::end(vector)) - bytes.begin();
  bytes.resize((bytes.size() + 7) / 8 * 8);
  for (std::size_t at = static_cast<std::size_t>(was); at >= 4;) {
    at -= 4;  // what leads to the vector stands last before it
    std::uint32_t offset = 0;
    std::memcpy(&offset, &bytes[at], sizeof offset);
    if (at + offset != static_cast<std::size_t>(was)) continue;
    offset = static_cast<std::uint32_t>(bytes.size() - at);
    std::memcpy(&bytes[at], &offset, sizeof offset);
    break;
  }
  bytes.insert(bytes.end(), std::begin(vector), std::end(vector));
  return bytes;
}

TEST(TfliteDamage, AZeroPointMayLieAtNoMultipleOfEight) {
  const std::vector<std::uint8_t> bytes = with_zero_point_at_odd_place();
  const graph::Graph g = parse_tflite(bytes.data(), bytes.size(), "odd.tflite");
  EXPECT_EQ(g.tensors[0].zero_point, std::vector<std::int64_t>{0x1122334455667788});
}

// Well-formed files with senseless numbers: these pass the verifier and reach every rule.
class Numbers {
 public:
  explicit Numbers(Writer& w) {
    for (auto& tensor : w.graph().tensors)
      for (int& dimension : tensor->shape) numbers_.push_back(&dimension);
    for (auto& op : w.graph().operators) {
      for (int& id : op->inputs) numbers_.push_back(&id);
      for (int& id : op->outputs) numbers_.push_back(&id);
      add_options(op->builtin_options);
    }
    for (auto& buffer : w.model.buffers)
      if (buffer->data.size() % 4 == 0)
        for (std::size_t i = 0; i < buffer->data.size() && i < 32; i += 4) words_.push_back(buffer->data.data() + i);
  }

  template <typename Random>
  void damage(Random& random) {
    constexpr int senseless[] = {
        0, 1, -1, -2, 2, 3, 16, 17, 65536, 1 << 30, std::numeric_limits<int>::max(), std::numeric_limits<int>::min()};
    const int value = senseless[random() % std::size(senseless)];
    const std::size_t index = random() % (numbers_.size() + words_.size());
    if (index < numbers_.size())
      *numbers_[index] = value;
    else
      std::memcpy(words_[index - numbers_.size()], &value, sizeof value);
  }

 private:
  void add_options(schema::BuiltinOptionsUnion& options) {
    if (auto* conv = options.AsConv2DOptions()) add({&conv->stride_w, &conv->stride_h, &conv->dilation_h_factor});
    if (auto* conv = options.AsDepthwiseConv2DOptions()) add({&conv->stride_w, &conv->dilation_w_factor});
    if (auto* pool = options.AsPool2DOptions()) add({&pool->filter_width, &pool->filter_height, &pool->stride_h});
    if (auto* slice = options.AsStridedSliceOptions())
      add({&slice->begin_mask, &slice->end_mask, &slice->shrink_axis_mask});
    if (auto* concat = options.AsConcatenationOptions()) add({&concat->axis});
    if (auto* block = options.AsDepthToSpaceOptions()) add({&block->block_size});
    if (auto* svdf = options.AsSVDFOptions()) add({&svdf->rank});
  }

  void add(std::initializer_list<int*> numbers) { numbers_.insert(numbers_.end(), numbers); }

  std::vector<int*> numbers_;
  std::vector<std::uint8_t*> words_;
};

TEST(TfliteDamage, SenselessNumbersInAWellFormedFile) {
  std::mt19937 random(20240602);
  for (int round = 0; round < 10000; ++round) {
    Writer w = testing::many_operators();
    Numbers numbers(w);
    for (std::uint32_t count = 1 + random() % 3; count > 0; --count) numbers.damage(random);
    const std::vector<std::uint8_t> bytes = w.bytes();
    survives(bytes.data(), bytes.size());
  }
}

}  // namespace
}  // namespace takt::tflite
