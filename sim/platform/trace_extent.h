// Where the accesses of a memory trace lie, as its addresses count.
#pragma once

#include <cstdint>

namespace takt::platform {

struct TraceExtent {
  std::uint64_t begin = 0;  // rounded down to a page, so that places inside a page stay
  std::uint64_t end = 0;    // behind the last byte
};

}  // namespace takt::platform
