#include "tests/fuzz/mutate.h"

#include <algorithm>
#include <iterator>

namespace takt::fuzz {
namespace {

constexpr std::size_t max_bytes = 1u << 20;  // what doubling may make of a file

// A piece of up to 64 bytes, or now and then of up to all; nothing where there are no bytes.
std::pair<std::size_t, std::size_t> piece_of(const std::string& bytes, Random& random) {
  if (bytes.empty()) return {0, 0};
  const std::size_t begin = random.below(bytes.size());
  const std::size_t most = bytes.size() - begin;
  return {begin, 1 + random.below(random.below(8) == 0 ? most : std::min<std::size_t>(most, 64))};
}

void write_number(std::string& bytes, Random& random) {
  const std::size_t width = std::size_t{1} << random.below(4);
  if (bytes.size() < width) return;
  std::size_t at = random.below(bytes.size() - width + 1);
  if (random.below(4) != 0) at -= at % width;
  const std::uint64_t value = random.below(4) == 0 ? bytes.size() - at : senseless_number(random);
  for (std::size_t i = 0; i < width; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i));
}

}  // namespace

std::uint64_t senseless_number(Random& random) {
  constexpr std::uint64_t numbers[] = {
      0,          1,          2,          3,          4,          7,          8,          16,        17,
      31,         32,         33,         64,         127,        128,        255,        256,       1000,
      4096,       32767,      32768,      65535,      65536,      1 << 20,    1 << 24,    1 << 30,   0x7fffffff,
      0x80000000, 0xffffffff, 1ull << 32, 1ull << 40, 1ull << 62, ~0ull >> 1, 1ull << 63, ~0ull - 1, ~0ull};
  return numbers[random.below(std::size(numbers))];
}

void edit_bytes(std::string& bytes, const Corpus& corpus, Random& random) {
  const auto [begin, length] = piece_of(bytes, random);
  switch (random.below(7)) {
    case 0:
      if (!bytes.empty()) bytes[begin] = static_cast<char>(bytes[begin] ^ (1 << random.below(8)));
      break;
    case 1:
      if (!bytes.empty()) bytes[begin] = static_cast<char>(random.next());
      break;
    case 2:
      bytes.erase(begin, length);
      break;
    case 3:
      bytes.insert(begin, bytes.substr(begin, length));
      break;
    case 4: {
      const std::string& other = one_of(corpus, random);
      const auto [from, count] = piece_of(other, random);
      bytes.replace(begin, random.below(2) == 0 ? 0 : length, other.substr(from, count));
      break;
    }
    default:
      write_number(bytes, random);
  }
}

std::string damaged(const Corpus& corpus, Edit edit, Random& random) {
  std::string bytes = one_of(corpus, random);
  for (std::uint64_t edits = 1 + random.below(4); edits > 0 && bytes.size() <= max_bytes; --edits)
    (random.below(5) == 0 ? edit_bytes : edit)(bytes, corpus, random);
  return bytes;
}

}  // namespace takt::fuzz
