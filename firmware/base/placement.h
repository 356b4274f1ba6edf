// Construction in place. The RV32 toolchain has no <new>, and on the host <new> may be included next to this header:
// hence a placement form of our own.
#pragma once

#include <stddef.h>

namespace takt::firmware {

struct Place {
  void* at;
};

}  // namespace takt::firmware

inline void* operator new(size_t, takt::firmware::Place place) noexcept { return place.at; }
inline void operator delete(void*, takt::firmware::Place) noexcept {}
