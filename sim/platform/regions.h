// Addresses of a memory, given out once and in order.
#pragma once

#include <cstdint>
#include <string>

#include "sim/graph/error.h"

namespace takt::platform {

class Regions {
 public:
  Regions(std::string name, std::uint64_t base, std::uint64_t bytes)
      : name_(std::move(name)), next_(base), end_(base + bytes) {}

  // The first address of `bytes` at an alignment (a power of two). Throws GraphError where the memory is full: the
  // workload does not fit.
  std::uint64_t take(std::uint64_t bytes, std::uint64_t alignment, const std::string& what) {
    const std::uint64_t at = (next_ + alignment - 1) & ~(alignment - 1);
    if (at > end_ || bytes > end_ - at)
      throw graph::GraphError("memory '" + name_ + "' is full: " + what + " needs " + std::to_string(bytes) +
                              " bytes, " + std::to_string(at < end_ ? end_ - at : 0) + " are left");
    next_ = at + bytes;
    return at;
  }

 private:
  std::string name_;
  std::uint64_t next_;
  std::uint64_t end_;
};

}  // namespace takt::platform
