#pragma once

#include <stdint.h>

namespace takt::firmware {

// First in, first out, at most N. The caller checks full() and empty().
template <typename T, uint32_t N>
class FixedFifo {
  static_assert(N > 0 && (N & (N - 1)) == 0, "a power of two: the index wraps by a mask");

 public:
  uint32_t size() const { return size_; }
  uint32_t room() const { return N - size_; }
  bool empty() const { return size_ == 0; }
  bool full() const { return size_ == N; }

  T& front() { return items_[first_]; }
  const T& front() const { return items_[first_]; }
  const T& at(uint32_t n) const { return items_[(first_ + n) & (N - 1)]; }  // the n-th from the front

  // The new last one, to be filled in: a copy would cost as much again.
  T& push() {
    T& item = items_[(first_ + size_++) & (N - 1)];
    item = T{};
    return item;
  }
  void pop() {
    first_ = (first_ + 1) & (N - 1);
    --size_;
  }

 private:
  T items_[N] = {};
  uint32_t first_ = 0;
  uint32_t size_ = 0;
};

}  // namespace takt::firmware
