// Parts of tensors cut out of whole ones. A cut part's storage ends where the part ends, so that AddressSanitizer sees
// an element read beyond it.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/functional/kernel.h"
#include "tests/reference/interpreter.h"

namespace takt::functional::testing {

inline std::vector<std::uint8_t> bytes_in(const reference::Array& array, const Region& region) {
  const std::uint64_t size = graph::bytes_of(array.type, 1);
  std::vector<std::uint8_t> bytes;
  bytes.reserve(region.elements() * size);
  for (std::uint64_t at = region.begin; at < region.end; at += region.channels) {
    const auto from = array.bytes.begin() + static_cast<std::ptrdiff_t>((at + region.first) * size);
    bytes.insert(bytes.end(), from, from + static_cast<std::ptrdiff_t>((region.last - region.first) * size));
  }
  return bytes;
}

class Cut {
 public:
  Cut() = default;  // an operand that is absent
  Cut(const reference::Array& array, const Region& region)
      : type_(array.type), region_(region), bytes_(bytes_in(array, region)) {}
  explicit Cut(const reference::Array& array) : Cut(array, {0, graph::elements_of(array.shape)}) {}

  Part part() const { return {type_, region_, bytes_.empty() ? nullptr : bytes_.data()}; }

 private:
  graph::DataType type_ = graph::DataType::int8;
  Region region_;
  std::vector<std::uint8_t> bytes_;
};

inline std::vector<Part> parts_of(const std::vector<Cut>& cuts) {
  std::vector<Part> parts;
  for (const Cut& cut : cuts) parts.push_back(cut.part());
  return parts;
}

inline std::vector<std::uint8_t> run(const Kernel& kernel, const std::vector<Cut>& inputs, const Region& region,
                                     graph::DataType type) {
  std::vector<std::uint8_t> out(region.elements() * graph::bytes_of(type, 1));
  kernel.run(parts_of(inputs), region, out.data());
  return out;
}

}  // namespace takt::functional::testing
