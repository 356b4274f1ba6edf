// FlatBuffers without their schema (flatbuffers.dev, "Internals"): what looks like a table or a vector is one.
#include <cstring>

#include "tests/fuzz/mutate.h"

namespace takt::fuzz {
namespace {

template <class T>
T number_at(const std::string& bytes, std::size_t at) {
  T value = 0;
  if (at + sizeof value <= bytes.size()) std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

template <class T>
void put(std::string& bytes, std::size_t at, std::uint64_t value) {
  const T narrow = static_cast<T>(value);
  if (at + sizeof narrow <= bytes.size()) std::memcpy(bytes.data() + at, &narrow, sizeof narrow);
}

struct Table {
  std::size_t at = 0, vtable = 0;
  std::size_t entries = 0;
};

struct Layout {
  std::vector<Table> tables;
  std::vector<std::size_t> offsets;  // places of words that lead to somewhere
};

Table table_at(const std::string& bytes, std::size_t at) {
  const std::int64_t vtable = static_cast<std::int64_t>(at) - number_at<std::int32_t>(bytes, at);
  if (vtable < 0 || vtable + 4 > static_cast<std::int64_t>(bytes.size())) return {};
  const auto place = static_cast<std::size_t>(vtable);
  const std::size_t size = number_at<std::uint16_t>(bytes, place), inside = number_at<std::uint16_t>(bytes, place + 2);
  if (size < 6 || size % 2 != 0 || size > 256 || inside < 4 || inside > 4096 || place + size > bytes.size()) return {};
  return {at, place, (size - 4) / 2};
}

Layout layout_of(const std::string& bytes) {
  Layout layout;
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    if (const Table table = table_at(bytes, at); table.entries > 0) layout.tables.push_back(table);
    const std::uint32_t offset = number_at<std::uint32_t>(bytes, at);
    if (offset >= 4 && offset < bytes.size() - at) layout.offsets.push_back(at);
  }
  return layout;
}

void edit_table(std::string& bytes, const Table& table, Random& random) {
  const std::size_t entry = table.vtable + 4 + 2 * random.below(table.entries);
  const std::size_t field = table.at + number_at<std::uint16_t>(bytes, entry);
  const std::uint64_t value = random.below(3) == 0 ? random.below(160) : senseless_number(random);
  switch (random.below(6)) {
    case 0:
      return put<std::uint16_t>(bytes, entry, random.below(2) == 0 ? 0 : 4 + random.below(64));
    case 1:
      return put<std::uint8_t>(bytes, field, value);
    default:
      return put<std::uint32_t>(bytes, field, value);
  }
}

// Where an offset leads, or what lies there: a vector's length or one of its elements.
void edit_offset(std::string& bytes, std::size_t at, const std::vector<std::size_t>& offsets, Random& random) {
  const std::size_t target = at + number_at<std::uint32_t>(bytes, at);
  const std::uint32_t length = number_at<std::uint32_t>(bytes, target);
  const std::size_t other = one_of(offsets, random);
  switch (random.below(6)) {
    case 0:
      return put<std::uint32_t>(bytes, at, other + number_at<std::uint32_t>(bytes, other) - at);
    case 1:
      return put<std::uint32_t>(bytes, target, random.below(length + 1ull));
    case 2:
      return put<std::uint32_t>(bytes, at, senseless_number(random));
    default:
      if (length == 0 || length > 64) return put<std::uint32_t>(bytes, target, senseless_number(random));
      return put<std::uint32_t>(bytes, target + 4 + 4 * random.below(length),
                                random.below(2) == 0 ? random.below(40) - 1 : senseless_number(random));
  }
}

}  // namespace

void edit_flatbuffer(std::string& bytes, const Corpus& corpus, Random& random) {
  const Layout layout = layout_of(bytes);
  if (layout.tables.empty() || layout.offsets.empty()) return edit_bytes(bytes, corpus, random);
  if (random.below(2) == 0)
    edit_table(bytes, one_of(layout.tables, random), random);
  else
    edit_offset(bytes, one_of(layout.offsets, random), layout.offsets, random);
}

}  // namespace takt::fuzz
