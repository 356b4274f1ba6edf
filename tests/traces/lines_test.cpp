// What all text formats share: line ends, comments, cut lines, binary data, lines without end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/traces/read_trace.h"
#include "traces/formats/memory/byte_source.h"

namespace takt::traces {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const MemoryTraceOptions loads = nanosecond_cycles("ramulator2-loadstore");

TEST(Lines, CarriageReturnsBeforeLineFeedsAreAccepted) {
  const auto accesses = read_text("# c\r\nLD 0x40\r\n\r\nST 0x80\r\n", loads);
  ASSERT_EQ(accesses.size(), 2u);
  EXPECT_EQ(accesses[1].address, 0x80u);
  EXPECT_EQ(accesses[1].position, 4u);
}

TEST(Lines, BlanksAndCommentsAreSkippedButCounted) {
  const auto accesses = read_text("\n# LD 0x0\n   \t\n\t LD \t 0x40   # why\nLD 0x80#\n", loads);
  ASSERT_EQ(accesses.size(), 2u);
  EXPECT_EQ(accesses[0].position, 4u);
  EXPECT_EQ(accesses[1].position, 5u);
}

TEST(Lines, TheLastLineMayEndWithTheFile) {
  for (const char* text : {"LD 1\nST 2", "LD 1\nST 2\r", "LD 1\nST 2 ", "LD 1\nST 2\n# end"})
    EXPECT_EQ(read_text(text, loads).size(), 2u) << text;
}

TEST(Lines, ALineThatTheFileCutsOffSaysSo) {
  EXPECT_EQ(error_of("LD 1\nST", loads),
            "t:2:3: found the end of the file inside a line, expected an address, decimal or 0x hexadecimal");
  EXPECT_EQ(error_of("LD 1\nST\n", loads),
            "t:2:3: found the end of the line, expected an address, decimal or 0x hexadecimal");
}

TEST(Lines, ATraceWithoutAccessesIsAnError) {
  for (const char* text : {"", "\n", "# only a comment\n", "  \n\r\n", "# no line end"})
    for (const MemoryTraceFormat& format : memory_trace_formats) {
      if (format.name == "takt") continue;
      EXPECT_EQ(error_of(text, nanosecond_cycles(std::string(format.name))),
                "t: found no accesses, expected at least one");
    }
}

TEST(Lines, ControlCharactersAreNoText) {
  EXPECT_EQ(error_of(std::string("LD 1\nLD \0 2\n", 12), loads), R"(t:2:4: found the byte "\x00", expected text)");
  EXPECT_EQ(error_of("LD 1\n# \x7f\n", loads), R"(t:2:3: found the byte "\x7f", expected text)");
  EXPECT_EQ(error_of("LD 1\rLD 2\n", loads), R"(t:1:5: found the byte "\x0d", expected text)") << "old Mac line ends";
}

TEST(Lines, CommentsMayHoldAnyLanguage) { EXPECT_EQ(read_text("# Größe\nLD 1\n", loads).size(), 1u); }

TEST(Lines, OtherLettersInATokenAreShownEscaped) {
  EXPECT_THAT(error_of("LD \xc3\xb6\n", loads), HasSubstr(R"(t:1:4: found "\xc3\xb6", expected an address)"));
}

TEST(Lines, ALongTokenIsCutOffInTheMessage) {
  EXPECT_THAT(error_of("LD " + std::string(1000, 'z') + "\n", loads),
              StartsWith("t:1:4: found \"" + std::string(40, 'z') + "...\", expected"));
}

TEST(Lines, AsLongALineAsTheBufferIsReadAndALongerOneRefused) {
  const std::string access = "LD 1 #";
  const auto with_line_of = [&](std::size_t n) {
    return "LD 0\n" + access + std::string(n - access.size(), 'x') + "\nLD 2\n";
  };
  EXPECT_EQ(read_text(with_line_of(ByteSource::capacity - 1), loads).size(), 3u);
  EXPECT_EQ(error_of(with_line_of(ByteSource::capacity), loads),
            "t:2: found a line that does not end within 65536 bytes, expected the end of the line");
  EXPECT_EQ(error_of(std::string(1000000, '1'), loads),
            "t:1: found a line that does not end within 65536 bytes, expected the end of the line");
}

TEST(Lines, LinesCrossTheBuffersEdgesUndamaged) {
  for (const std::size_t shift : {0u, 1u, 2u, 3u, 5u, 8u, 13u}) {
    std::string text(shift, '\n');
    for (unsigned i = 0; i < 30000; ++i) text += "LD " + std::to_string(i * 64) + "\n";
    const auto accesses = read_text(text, loads);
    ASSERT_EQ(accesses.size(), 30000u);
    for (unsigned i = 0; i < 30000; ++i) {
      ASSERT_EQ(accesses[i].address, i * 64);
      ASSERT_EQ(accesses[i].position, shift + i + 1);
    }
  }
}

// A stream that fails like a disk.
class Failing : public std::streambuf {
 protected:
  int_type underflow() override { throw std::ios_base::failure("disk"); }
};

TEST(Lines, AReadErrorIsNoEndOfTheTrace) {
  static Failing failing;
  try {
    const auto reader = open_memory_trace(std::make_unique<std::istream>(&failing), "t", loads);
    MemoryAccess access;
    reader->next(access);
    FAIL();
  } catch (const MemoryTraceError& error) {
    EXPECT_STREQ(error.what(), "t: found a file that the system cannot read, expected a memory trace");
  }
}

TEST(Lines, TheReplayersFaultsNameTheLineToo) {
  const auto reader = open_text("\nLD 0x40\n", loads);
  MemoryAccess access;
  ASSERT_TRUE(reader->next(access));
  EXPECT_STREQ(reader->error(access, "address 64", "below 32").what(), "t:2: found address 64, expected below 32");
}

}  // namespace
}  // namespace takt::traces
