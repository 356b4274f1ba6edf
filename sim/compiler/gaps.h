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
    std::vector<Item> busy;  // an item of several spans may stand in it more than once
    for (std::size_t s = span_of(from); s <= span_of(to) && s < spans_.size(); ++s)
      for (const Item& item : spans_[s])
        if (item.from <= to && item.to >= from) busy.push_back(item);
    std::sort(busy.begin(), busy.end(), [](const Item& a, const Item& b) { return a.offset < b.offset; });
    std::uint64_t at = 0;
    for (const Item& item : busy) {
      if (item.offset >= at + bytes) break;
      at = std::max(at, align(item.offset + item.bytes));
    }
    if (bytes > capacity_ || at > capacity_ - bytes) return std::nullopt;
    add({at, bytes, from, to});
    return at;
  }

  // Frees what was placed at `offset` from layer `from` on.
  void remove(std::uint64_t offset, std::int32_t from) {
    const auto is_it = [&](const Item& item) { return item.offset == offset && item.from == from; };
    const auto found = std::find_if(items_.begin(), items_.end(), is_it);
    for (std::size_t s = span_of(found->from); s <= span_of(found->to); ++s)
      spans_[s].erase(std::find_if(spans_[s].begin(), spans_[s].end(), is_it));
    items_.erase(found);
  }

  // Puts back what was removed.
  void restore(std::uint64_t offset, std::uint64_t bytes, std::int32_t from, std::int32_t to) {
    add({offset, bytes, from, to});
  }

  std::size_t mark() const { return items_.size(); }
  // Frees what was placed since the mark; nothing may have been removed meanwhile.
  void undo_to(std::size_t mark) {
    for (; items_.size() > mark; items_.pop_back())
      for (std::size_t s = span_of(items_.back().from); s <= span_of(items_.back().to); ++s) spans_[s].pop_back();
  }

  std::uint64_t used_at(std::int32_t layer) const {
    std::uint64_t bytes = 0;
    if (span_of(layer) >= spans_.size()) return 0;
    for (const Item& item : spans_[span_of(layer)])
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
  static std::size_t span_of(std::int32_t layer) { return static_cast<std::size_t>(layer) / 64; }

  void add(const Item& item) {
    spans_.resize(std::max(spans_.size(), span_of(item.to) + 1));
    for (std::size_t s = span_of(item.from); s <= span_of(item.to); ++s) spans_[s].push_back(item);
    items_.push_back(item);
  }

  std::uint64_t align(std::uint64_t value) const { return (value + alignment_ - 1) / alignment_ * alignment_; }

  std::uint64_t capacity_;
  std::uint64_t alignment_;
  std::vector<Item> items_;               // as they were placed
  std::vector<std::vector<Item>> spans_;  // those that live in 64 layers, in the same order
};

}  // namespace takt::compiler
