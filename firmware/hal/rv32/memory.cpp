// memcpy and memset by words: the C library at hand is built for size and goes byte by byte, and slots, records and
// headers are what this firmware copies all day.
#include <stddef.h>
#include <stdint.h>

namespace {

bool aligned(const void* pointer) { return (reinterpret_cast<uintptr_t>(pointer) & 3) == 0; }

}  // namespace

// Without the attribute the compiler finds a copy in the copying, and calls the function itself.
#define TAKT_AS_WRITTEN __attribute__((optimize("no-tree-loop-distribute-patterns")))

extern "C" TAKT_AS_WRITTEN void* memcpy(void* to, const void* from, size_t bytes) {
  unsigned char* target = static_cast<unsigned char*>(to);
  const unsigned char* source = static_cast<const unsigned char*>(from);
  if (aligned(to) && aligned(from)) {
    uint32_t* words = static_cast<uint32_t*>(to);
    const uint32_t* source_words = static_cast<const uint32_t*>(from);
    for (size_t count = bytes / 4; count != 0; --count) *words++ = *source_words++;
    target += bytes & ~size_t{3};
    source += bytes & ~size_t{3};
    bytes &= 3;
  }
  for (; bytes != 0; --bytes) *target++ = *source++;
  return to;
}

extern "C" TAKT_AS_WRITTEN void* memset(void* to, int value, size_t bytes) {
  unsigned char* target = static_cast<unsigned char*>(to);
  const unsigned char byte = static_cast<unsigned char>(value);
  if (aligned(to)) {
    uint32_t* words = static_cast<uint32_t*>(to);
    const uint32_t word = byte * 0x01010101u;
    for (size_t count = bytes / 4; count != 0; --count) *words++ = word;
    target += bytes & ~size_t{3};
    bytes &= 3;
  }
  for (; bytes != 0; --bytes) *target++ = byte;
  return to;
}
