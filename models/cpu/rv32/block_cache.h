// Decoded blocks by address, and which memory they came from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "models/cpu/rv32/block.h"

namespace takt::rv32 {

// Which halfwords of a window were decoded: a byte for each 16 bytes of memory, so that a store needs one look at it.
class CodeMap {
 public:
  explicit CodeMap(std::uint32_t bytes) : granules_(bytes >> 4) {}

  const std::uint8_t* data() const { return granules_.data(); }
  bool touches(std::uint32_t offset, unsigned bytes) const;
  void mark(std::uint32_t offset, unsigned bytes);
  void clear();

 private:
  std::vector<std::uint8_t> granules_;
  std::size_t first_ = ~std::size_t{0};  // marked granules lie in [first_, end_)
  std::size_t end_ = 0;
};

// Nothing is ever removed alone: code that changes is seldom, and blocks point at each other.
class BlockCache {
 public:
  // Null: none. `key` as in Block.
  Block* find(std::uint32_t key) {
    Slot& slot = recent_[(key ^ key >> 14) & (slots - 1)];
    if (slot.key == key && slot.block != nullptr) return slot.block;
    const auto found = all_.find(key);
    if (found == all_.end()) return nullptr;
    slot = {key, found->second};
    return slot.block;
  }

  // A copy of these arrays and of the header.
  Block* insert(const Block& header, const Op* ops, std::uint32_t op_count, const Mark* marks);

  // Whether the memory for blocks is used up, and the cache had better be cleared.
  bool full() const { return chunks_used_ >= most_chunks; }
  void clear();

 private:
  static constexpr std::size_t slots = 1u << 14;
  static constexpr std::size_t chunk_bytes = 1u << 20;
  static constexpr std::size_t most_chunks = 64;

  struct Slot {
    std::uint32_t key;
    Block* block;
  };

  std::byte* allocate(std::size_t bytes);

  std::vector<Slot> recent_ = std::vector<Slot>(slots);
  std::unordered_map<std::uint32_t, Block*> all_;
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::size_t chunks_used_ = 0;
  std::size_t chunk_fill_ = chunk_bytes;
};

}  // namespace takt::rv32
