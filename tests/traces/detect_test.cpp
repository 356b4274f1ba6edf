// The format is told by magic number, extension or first line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/traces/read_trace.h"
#include "traces/formats/memory/byte_source.h"

namespace takt::traces {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::string_view detected(const std::string& text, const std::string& name) {
  return open_text(text, nanosecond_cycles(), name)->format().name;
}

std::string takt_bytes() {
  MemoryAccess access;
  access.bytes = 64;
  return written({"npu"}, {access});
}

TEST(Detect, ByTheShapeOfTheFirstLine) {
  EXPECT_EQ(detected("# c\n\n31: read 0x0\n", "t.trace"), "stl");
  EXPECT_EQ(detected("31: (8) write 0x0\n", "t"), "stl");
  EXPECT_EQ(detected("31 read 0x0\n", "t"), "stl");
  EXPECT_EQ(detected("31 (8) read 0x0\n", "t"), "stl");
  EXPECT_EQ(detected("0x2000D5C0 READ  30\r\n", "t"), "dramsim3");
  EXPECT_EQ(detected("2000D5C0 P_MEM_RD 30\n", "t"), "dramsim3");
  EXPECT_EQ(detected("20 write 30\n", "t"), "dramsim3");
  EXPECT_EQ(detected("ST 4096", "t"), "ramulator2-loadstore");
  EXPECT_EQ(detected("W 0,0,3,200,16\n", "t"), "ramulator2-readwrite");
  EXPECT_EQ(detected("3 20734016\n", "t"), "ramulator2-simpleo3");
  EXPECT_EQ(detected("8 20841280 0x40\n", "t"), "ramulator2-simpleo3");
}

TEST(Detect, ByTheExtensionWhereTheLineCannotTell) {
  EXPECT_EQ(detected("31: read 0x0\n", "t.rstl"), "rstl");
  EXPECT_EQ(detected("31: read 0x0\n", "t.stl"), "stl");
  EXPECT_EQ(detected("31: read 0x0\n", "folder.rstl/t"), "stl");
}

TEST(Detect, ByTheMagicNumberWhateverTheExtension) {
  EXPECT_EQ(detected(takt_bytes(), "t.takt-mem"), "takt");
  EXPECT_EQ(detected(takt_bytes(), "t.stl"), "takt");
}

TEST(Detect, AChosenFormatOutranksAll) {
  const auto reader = open_text("31: read 0x0\n", nanosecond_cycles("rstl"), "t.stl");
  EXPECT_EQ(reader->format().name, "rstl");
}

TEST(Detect, ADamagedFirstLineGoesToItsFormatsReader) {
  EXPECT_THAT(error_of("31: rd 0x0\n", nanosecond_cycles()), HasSubstr("expected read or write"));
  EXPECT_THAT(error_of("0x40 RAED 3\n", nanosecond_cycles()), HasSubstr("expected READ or WRITE"));
  EXPECT_THAT(error_of("LD x\n", nanosecond_cycles()), HasSubstr("expected an address"));
}

TEST(Detect, AFirstLineOfNoFormatNamesThem) {
  EXPECT_EQ(error_of("# c\nhello, world\n", nanosecond_cycles()),
            "t:2: found \"hello, world\", expected an access of a known format, or the format's name: takt, stl, rstl, "
            "dramsim3, ramulator2-loadstore, ramulator2-readwrite or ramulator2-simpleo3");
  EXPECT_THAT(error_of(std::string("\x7f\x45LF\0\1", 6), nanosecond_cycles()),
              StartsWith(R"(t:1: found "\x7fELF\x00\x01")"));
}

TEST(Detect, AnEmptyFileHasNoAccesses) {
  for (const char* text : {"", "\n\n", "# c"})
    EXPECT_EQ(error_of(text, nanosecond_cycles()), "t: found no accesses, expected at least one");
}

TEST(Detect, CommentsThatFillTheBufferHideTheFormat) {
  EXPECT_THAT(error_of(std::string(ByteSource::capacity, '\n') + "LD 1\n", nanosecond_cycles()),
              StartsWith("t: found no access in the first 65536 bytes, expected one, or the format's name"));
}

TEST(Detect, PackedTextIsNamed) {
  EXPECT_THAT(error_of("\x1f\x8b\x08", nanosecond_cycles()), StartsWith("t: found a file packed with gzip, expected"));
  EXPECT_THAT(error_of("\x28\xb5\x2f\xfd", nanosecond_cycles()), StartsWith("t: found a file packed with zstd"));
}

TEST(Detect, TheTableNamesEveryFormatOnceAndEachHasAReader) {
  std::set<std::string_view> names;
  for (const MemoryTraceFormat& format : memory_trace_formats) {
    EXPECT_TRUE(names.insert(format.name).second) << format.name;
    EXPECT_EQ(find_memory_trace_format(format.name), &format);
    EXPECT_NE(error_of("", nanosecond_cycles(std::string(format.name))), "");
  }
  EXPECT_EQ(find_memory_trace_format("sqlite"), nullptr);
}

}  // namespace
}  // namespace takt::traces
