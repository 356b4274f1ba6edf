// A trace of a million accesses is read, and written, without memory that grows with it. The program counts its own
// allocations, so it stands apart from the other tests.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdlib>
#include <istream>
#include <memory>
#include <new>
#include <streambuf>
#include <string>

#include "tests/traces/read_trace.h"

namespace {

std::uint64_t allocations = 0;

}  // namespace

// Not inlined: the compiler would take the pair of new and free for a mistake.
// NOLINTBEGIN(cppcoreguidelines-no-malloc)
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
// NOLINTEND(cppcoreguidelines-no-malloc)

namespace takt::traces {
namespace {

constexpr std::uint64_t million = 1000000;

// A million times the same line, of which only a thousand are in memory.
class RepeatedLine : public std::streambuf {
 public:
  explicit RepeatedLine(const std::string& line) {
    for (unsigned i = 0; i < 1000; ++i) chunk_ += line;
  }

 protected:
  int_type underflow() override {
    if (chunks_left_ == 0) return traits_type::eof();
    --chunks_left_;
    setg(chunk_.data(), chunk_.data(), chunk_.data() + chunk_.size());
    return traits_type::to_int_type(chunk_[0]);
  }

 private:
  std::string chunk_;
  std::uint64_t chunks_left_ = million / 1000;
};

// In use according to the C library, which zstd takes its memory from; 0 under a sanitizer.
std::size_t heap_in_use() { return mallinfo2().uordblks; }

// Reads on from the thousandth access, when every buffer has its size.
void expect_constant(MemoryTraceReader& reader, std::uint64_t count) {
  MemoryAccess access;
  std::uint64_t read = 0;
  while (read < 1000 && reader.next(access)) ++read;
  const std::uint64_t allocated = allocations;
  const std::size_t in_use = heap_in_use();
  while (reader.next(access)) ++read;
  EXPECT_EQ(allocations, allocated) << reader.format().name;
  EXPECT_LE(heap_in_use(), in_use) << reader.format().name;
  EXPECT_EQ(read, count) << reader.format().name;
}

struct TextFormat {
  const char* name;
  const char* line;
};

constexpr TextFormat text_formats[] = {
    {"stl", "31: (128) write 0x7fff8000 0x0123456789abcdef\n"},
    {"rstl", "31: read 0x400140 # a comment\n"},
    {"dramsim3", "0x2000D5C0 READ 30\r\n"},
    {"ramulator2-loadstore", "LD 0x12340\n"},
    {"ramulator2-readwrite", "R 0,1,2,100,32\n"},
    {"ramulator2-simpleo3", "3 20734016\n"},
};

TEST(ConstantMemory, EveryTextFormat) {
  for (const TextFormat& format : text_formats) {
    RepeatedLine text(format.line);
    expect_constant(*open_memory_trace(std::make_unique<std::istream>(&text), "t", nanosecond_cycles(format.name)),
                    million);
  }
}

TEST(ConstantMemory, TaktsFormatWrittenAndRead) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "t.takt-mem";
  MemoryTraceWriter writer(file, {"npu", "cpu"});
  std::size_t in_use = 0;
  MemoryAccess access;
  access.bytes = 64;
  for (std::uint64_t i = 0; i < million; ++i) {
    access.time = units::Time(i * 1250);
    access.address = i * 7919 % 1000003 * 64;
    access.initiator = i % 2;
    if (i == 200000) in_use = heap_in_use();  // several blocks have been packed
    writer.write(access);
  }
  EXPECT_LE(heap_in_use(), in_use);
  writer.close();
  expect_constant(*open_memory_trace(file), million);
}

}  // namespace
}  // namespace takt::traces
