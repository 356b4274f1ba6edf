// takt's memory trace byte by byte, as traces/formats/memory/layout.h says: what is valid, and every way not to be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/traces/read_trace.h"
#include "tests/traces/trace_bytes.h"

namespace takt::traces {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const MemoryTraceOptions any;

// Two accesses of the layout's every field:
//   b reads 4 rows of 64 bytes, 256 apart, from address 4096 at 300 ps with QoS 3: zigzag(4096) = 8192 = 0x80 0x40,
//   300 = 0xac 0x02, 256 = 0x80 0x02; flags 2 + 4 + 8 + 16 + 32 = 62;
//   then at 301 ps b writes the 64 bytes x 4 rows behind them: the byte behind is 4096 + 3 * 256 + 64, flags 1.
const std::string two_accesses = raw({62, 1, 0xac, 2, 0x80, 0x40, 64, 4, 0x80, 2, 3, 1, 1});

TEST(Layout, EveryFieldIsWhereItIsDocumented) {
  const auto reader = open_text(trace_of(two_accesses, 2), any);
  EXPECT_EQ(reader->format().name, "takt");
  EXPECT_EQ(reader->timing(), TraceTiming::absolute);
  EXPECT_THAT(reader->initiators(), ElementsAre("a", "b"));
  const std::vector<MemoryAccess> accesses = all_of(*reader);
  ASSERT_EQ(accesses.size(), 2u);
  MemoryAccess first;
  first.time = units::picoseconds(300);
  first.address = 4096;
  first.bytes = 64;
  first.rows = 4;
  first.stride = 256;
  first.initiator = 1;
  first.qos = 3;
  MemoryAccess second = first;
  second.time = units::picoseconds(301);
  second.address = 4096 + 3 * 256 + 64;
  second.write = true;
  EXPECT_TRUE(same_access(accesses[0], first));
  EXPECT_TRUE(same_access(accesses[1], second));
  EXPECT_EQ(accesses[1].total_bytes(), 256u);
  EXPECT_EQ(accesses[1].record, 2u);
  EXPECT_EQ(accesses[1].position, (head() + block('I', raw({2, 1, 'a', 1, 'b'}))).size()) << "its block's offset";
}

TEST(Layout, TheWriterWritesTheSameBytes) {
  const std::string bytes = written({"a", "b"}, read_text(trace_of(two_accesses, 2), any));
  const auto payload_at = [&](std::size_t offset) {
    const std::size_t stored = static_cast<unsigned char>(bytes[offset + 1]);
    return unpacked(bytes.substr(offset + 13, stored));
  };
  const auto size_at = [&](std::size_t offset) { return 13u + static_cast<unsigned char>(bytes[offset + 1]); };
  EXPECT_EQ(bytes.substr(0, 12), head());
  EXPECT_EQ(payload_at(12), raw({2, 1, 'a', 1, 'b'}));
  const std::size_t accesses = 12 + size_at(12);
  EXPECT_EQ(bytes[accesses], 'A');
  EXPECT_EQ(bytes.substr(accesses + 9, 4), raw({2, 0, 0, 0}));
  EXPECT_EQ(payload_at(accesses), two_accesses);
  const std::size_t end = accesses + size_at(accesses);
  EXPECT_EQ(bytes[end], 'E');
  EXPECT_EQ(payload_at(end), raw({2, 1}));
  EXPECT_EQ(end + size_at(end), bytes.size());
}

TEST(Layout, EveryInitiatorHasItsOwnHistory) {
  // a reads 16 bytes at 0, b 32 bytes at 1, then each what follows its own last access.
  const auto accesses = read_text(trace_of(raw({8, 0, 16, 2 + 4 + 8, 1, 0, 2, 32, 2, 0, 0, 2, 1, 0}), 4), any);
  EXPECT_EQ(accesses[2].address, 16u);
  EXPECT_EQ(accesses[2].bytes, 16u);
  EXPECT_EQ(accesses[3].address, 33u);
  EXPECT_EQ(accesses[3].bytes, 32u);
}

TEST(Layout, EveryBlockStandsAlone) {
  const std::string access = raw({8, 5, 16});  // 16 bytes at address 0 at 5 ps
  const auto accesses = read_text(
      head() + block('I', raw({1, 1, 'a'})) + block('A', access, 1) + block('A', access, 1) + block('E', raw({2, 2})),
      any);
  ASSERT_EQ(accesses.size(), 2u);
  EXPECT_TRUE(same_access(accesses[0], accesses[1]));
}

struct Fault {
  std::string bytes;
  const char* error;
};

void expect_faults(const std::vector<Fault>& faults) {
  for (const Fault& fault : faults) EXPECT_THAT(error_of(fault.bytes, any), HasSubstr(fault.error));
}

TEST(Layout, FaultsOfTheHead) {
  MemoryTraceOptions takt;
  takt.format = "takt";
  EXPECT_THAT(error_of("", takt), StartsWith("t: byte 0: found an empty file, expected takt's memory trace"));
  EXPECT_THAT(error_of("LD 0x0\n", takt), StartsWith("t: byte 0: found \"LD 0x0\\x0a\", expected takt's memory trace"));
  EXPECT_THAT(error_of("LD 0x0\n", any, "t.takt-mem"), StartsWith("t.takt-mem: byte 0: found \"LD 0x0"));
  expect_faults(
      {{head(2), "t: byte 0: found version 2, expected version 1"},
       {head().substr(0, 5), "t: byte 0: found the end of the file after 5 bytes, expected magic and version"},
       {head(), "t: byte 12: found the end of the file at byte 12, expected a block: the file was cut short"}});
}

TEST(Layout, FaultsOfTheInitiators) {
  const auto named = [](const std::string& payload) { return head() + block('I', payload); };
  expect_faults(
      {{head() + block('E', raw({0, 0})), "found a block \"E\", expected the initiators' block \"I\" first"},
       {named(raw({0})), "found 0, expected a number of initiators 1 .. 4096"},
       {named(raw({0x81, 0x20})), "found 4097, expected a number of initiators"},
       {named(raw({1, 0})), "found 0, expected a name's length 1 .. 255"},
       {named(raw({1, 5, 'a'})), "found the end of the block, expected 5 more bytes"},
       {named(raw({1, 1, '\n'})), "found the initiator name \"\\x0a\", expected printable names"},
       {named(raw({2, 1, 'a', 1, 'a'})), "found the initiator name \"a\", expected printable names, none twice"},
       {named(raw({1, 1, 'a', 0})), "found bytes behind the last initiator's name"},
       {named(raw({1, 1, 'a'})) + block('I', raw({1, 1, 'a'})), "found a second block \"I\""}});
}

TEST(Layout, FaultsOfBlocks) {
  const std::string start = head() + block('I', raw({1, 1, 'a'}));
  const std::string at = "t: byte " + std::to_string(start.size());
  expect_faults(
      {{start + block('X', "", 0), "found the block kind \"X\", expected \"I\", \"A\" or \"E\""},
       {start + block('A', "", 0), "found 0 accesses in a block \"A\""},
       {start + block('E', raw({0, 0}), 1), "found 1 accesses in a block \"E\""},
       {start + block_header('A', 1, 131073, 1) + "x", "expected at most"},
       {start + block_header('A', 0xffffffff, 1, 1), "found a block of 4294967295 bytes for 1, expected at most"},
       {start + block_header('A', 4, 4, 1) + "abcd", "found damaged data ("},
       {start + block_header('A', 9, 4, 1) + "abcd", "expected the rest of a block: the file was cut short"},
       {start + block('A', raw({8, 0, 1}), 2), "found the end of the block, expected 1 more bytes in it"},
       {start + block('A', raw({8, 0, 1, 0, 0}), 1), "found bytes behind a block's last access"}});
  EXPECT_THAT(error_of(start + block('A', raw({8, 0, 1}), 2), any), StartsWith(at + ", access 2: found"));
  std::string wrong_size = block('A', raw({8, 0, 1}), 1);
  wrong_size[5] = 4;
  EXPECT_EQ(error_of(start + wrong_size, any), at + ": found a block of 3 bytes, expected 4 as its header says");
}

TEST(Layout, FaultsOfAccesses) {
  const auto access = [](const std::string& bytes) { return trace_of(bytes, 1); };
  expect_faults({{access(raw({64, 0})), "found access flags 64, expected flags below 64"},
                 {access(raw({0, 0})), "found an access without a length"},
                 {access(raw({8, 0, 0})), "found 0, expected a length in bytes 1 .. 4294967295"},
                 {access(raw({8, 0, 0x80, 0x80, 0x80, 0x80, 0x10})), "found 4294967296, expected a length in bytes"},
                 {access(raw({10, 2, 0, 1})), "found 2, expected an initiator 0 .. 1"},
                 {access(raw({24, 0, 1, 0, 0})), "found 0, expected a number of rows 1 .. 4294967295"},
                 {access(raw({40, 0, 1, 8})), "found 8, expected a QoS level 0 .. 7"},
                 {access(raw({12, 0, 1, 2})), "found an access beyond address 2^64"},
                 {access(raw({8, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2, 1})),
                  "found a number of more than 64 bits, expected a varint"},
                 {access(raw({8, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 1})),
                  "found a number of more than 64 bits, expected a varint"}});
}

TEST(Layout, TimesStayBelow64BitsAndDoNotGoBackwardsAcrossBlocks) {
  const std::string latest = raw({8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 1});
  EXPECT_EQ(read_text(trace_of(latest, 1), any)[0].time, units::never());
  EXPECT_THAT(error_of(trace_of(latest + raw({0, 1}), 2), any),
              HasSubstr(", access 2: found 1 ps behind 18446744073709551615 ps, expected a time below 2^64 ps"));
  const std::string back = head() + block('I', raw({1, 1, 'a'})) + block('A', raw({8, 5, 1}), 1) +
                           block('A', raw({8, 4, 1}), 1) + block('E', raw({2, 2}));
  EXPECT_THAT(error_of(back, any),
              HasSubstr(", access 2: found 4 ps, expected 5 ps or later: time does not go backwards"));
}

TEST(Layout, FaultsOfTheEnd) {
  const std::string start = head() + block('I', raw({1, 1, 'a'})) + block('A', raw({8, 0, 1}), 1);
  expect_faults(
      {{start, "expected a block: the file was cut short, its last block is the end block"},
       {start + block('E', raw({2, 1})), "found an end block that states 2 accesses, expected 1 as there are"},
       {start + block('E', raw({1, 2})), "found an end block that states 2 blocks of accesses, expected 1"},
       {start + block('E', raw({1, 1, 1})), "found further bytes in the end block"},
       {start + block('E', raw({1})), "found the end of the block"},
       {start + block('E', raw({1, 1})) + "\n", "found further bytes, expected the end of the file"},
       {head() + block('I', raw({1, 1, 'a'})) + block('E', raw({0, 0})),
        "t: found no accesses, expected at least one"}});
  const auto reader = open_text(start + block('E', raw({1, 1})), any);
  EXPECT_EQ(all_of(*reader).size(), 1u);
  MemoryAccess access;
  EXPECT_FALSE(reader->next(access)) << "the end stays the end";
}

}  // namespace
}  // namespace takt::traces
