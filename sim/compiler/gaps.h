// Free space over time: rectangles of bytes x layers, placed first fit.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace takt::compiler {

class Gaps {
 public:
  struct Item {
    std::uint64_t offset = 0, bytes = 0;
    std::int32_t from = 0, to = 0;  // layers, both included
  };

  Gaps(std::uint64_t capacity, std::uint64_t alignment) : capacity_(capacity), alignment_(alignment) {}

  // Takes the lowest gap that is free during all of the layers. Nothing where there is none; zero bytes take offset 0.
  std::optional<std::uint64_t> place(std::uint64_t bytes, std::int32_t from, std::int32_t to) {
    if (bytes == 0) return 0;
    std::vector<Item> busy;
    for (const Item& item : items_)
      if (item.from <= to && item.to >= from) busy.push_back(item);
    std::sort(busy.begin(), busy.end(), [](const Item& a, const Item& b) { return a.offset < b.offset; });
    std::uint64_t at = 0;
    for (const Item& item : busy) {
      if (item.offset >= at + bytes) break;
      at = std::max(at, align(item.offset + item.bytes));
    }
    if (bytes > capacity_ || at > capacity_ - bytes) return std::nullopt;
    items_.push_back({at, bytes, from, to});
    return at;
  }

  // Frees what was placed at `offset` from layer `from` on.
  void remove(std::uint64_t offset, std::int32_t from) {
    const auto is_it = [&](const Item& item) { return item.offset == offset && item.from == from; };
    items_.erase(std::find_if(items_.begin(), items_.end(), is_it));
  }

  // Puts back what was removed.
  void restore(std::uint64_t offset, std::uint64_t bytes, std::int32_t from, std::int32_t to) {
    items_.push_back({offset, bytes, from, to});
  }

  std::size_t mark() const { return items_.size(); }
  void undo_to(std::size_t mark) { items_.resize(mark); }

  std::uint64_t used_at(std::int32_t layer) const {
    std::uint64_t bytes = 0;
    for (const Item& item : items_)
      if (item.from <= layer && layer <= item.to) bytes += item.bytes;
    return bytes;
  }
  // Highest byte placed + 1.
  std::uint64_t top() const {
    std::uint64_t top = 0;
    for (const Item& item : items_) top = std::max(top, item.offset + item.bytes);
    return top;
  }

 private:
  std::uint64_t align(std::uint64_t value) const { return (value + alignment_ - 1) / alignment_ * alignment_; }

  std::uint64_t capacity_;
  std::uint64_t alignment_;
  std::vector<Item> items_;
};

}  // namespace takt::compiler
