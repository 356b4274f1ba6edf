// A window of memory with what was decoded of it.
#pragma once

#include <algorithm>

#include "models/cpu/rv32/core.h"

namespace takt::rv32 {

struct Core::Area {
  explicit Area(const Window& w) : window(w), code(w.bytes) {}

  bool holds(std::uint32_t address, unsigned bytes) const {
    return address - window.base < window.bytes && window.bytes - (address - window.base) >= bytes;
  }
  // What of [address, address + bytes) lies in it.
  struct Part {
    std::uint32_t offset = 0;
    std::uint32_t bytes = 0;
  };
  Part part(std::uint32_t address, std::uint32_t bytes) const {
    const std::uint64_t first = std::max(address, window.base);
    const std::uint64_t end =
        std::min(std::uint64_t{address} + bytes, std::uint64_t{window.base} + std::uint64_t{window.bytes});
    if (first >= end) return {};
    return {static_cast<std::uint32_t>(first - window.base), static_cast<std::uint32_t>(end - first)};
  }
  std::uint8_t* at(std::uint32_t address) const { return window.data + (address - window.base); }

  Window window;
  CodeMap code;
};

}  // namespace takt::rv32
