// What commands compute, in runs that give answers. Timing never depends on it.
#pragma once

#include <cstdint>

namespace takt::npu {

class Functions {
 public:
  virtual ~Functions() = default;
  // A compute command retires: its effect on the scratchpad, of which `scratchpad` is the first byte. `program`: the
  // address of its header. `function`: the command's, not 0.
  virtual void run(std::uint64_t program, std::uint32_t function, unsigned char* scratchpad) = 0;
};

}  // namespace takt::npu
