// A window of memory with what was decoded of it.
#pragma once

#include "models/cpu/rv32/core.h"

namespace takt::rv32 {

struct Core::Area {
  explicit Area(const Window& w) : window(w), code(w.bytes) {}

  bool holds(std::uint32_t address, unsigned bytes) const {
    return address - window.base < window.bytes && window.bytes - (address - window.base) >= bytes;
  }
  std::uint8_t* at(std::uint32_t address) const { return window.data + (address - window.base); }

  Window window;
  CodeMap code;
};

}  // namespace takt::rv32
