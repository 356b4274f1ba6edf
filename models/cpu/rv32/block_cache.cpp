#include "models/cpu/rv32/block_cache.h"

#include <algorithm>
#include <new>

namespace takt::rv32 {

bool CodeMap::touches(std::uint32_t offset, unsigned bytes) const {
  for (std::uint32_t half = offset >> 1; half <= (offset + bytes - 1) >> 1; ++half)
    if ((granules_[half >> 3] >> (half & 7) & 1) != 0) return true;
  return false;
}

void CodeMap::mark(std::uint32_t offset, unsigned bytes) {
  const std::size_t halves = granules_.size() << 3;
  const std::size_t from = offset >> 1, to = std::min<std::size_t>((std::size_t{offset} + bytes + 1) >> 1, halves);
  for (std::size_t half = from; half < to; ++half) granules_[half >> 3] |= static_cast<std::uint8_t>(1u << (half & 7));
  first_ = std::min(first_, from >> 3);
  end_ = std::max(end_, (to + 7) >> 3);
}

void CodeMap::clear() {
  for (std::size_t granule = first_; granule < end_; ++granule) granules_[granule] = 0;
  first_ = ~std::size_t{0};
  end_ = 0;
}

std::byte* BlockCache::allocate(std::size_t bytes) {
  if (chunk_fill_ + bytes > chunk_bytes) {
    if (chunks_used_ == chunks_.size()) chunks_.push_back(std::make_unique<std::byte[]>(chunk_bytes));
    ++chunks_used_;
    chunk_fill_ = 0;
  }
  std::byte* place = chunks_[chunks_used_ - 1].get() + chunk_fill_;
  chunk_fill_ += (bytes + 15) & ~std::size_t{15};
  return place;
}

Block* BlockCache::insert(const Block& header, const Op* ops, std::uint32_t op_count, const Mark* marks) {
  const std::uint32_t mark_count = header.count + 1;
  std::byte* place = allocate(sizeof(Block) + op_count * sizeof(Op) + mark_count * sizeof(Mark));
  Block* block = new (place) Block(header);
  block->ops = reinterpret_cast<Op*>(place + sizeof(Block));
  block->marks = reinterpret_cast<Mark*>(place + sizeof(Block) + op_count * sizeof(Op));
  std::uninitialized_copy_n(ops, op_count, block->ops);
  std::uninitialized_copy_n(marks, mark_count, block->marks);
  all_[header.key] = block;
  return block;
}

void BlockCache::clear() {
  std::fill(recent_.begin(), recent_.end(), Slot{});
  all_.clear();
  chunks_used_ = 0;
  chunk_fill_ = chunk_bytes;
}

}  // namespace takt::rv32
