// The examples of each format's own documentation, and what it calls wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/traces/read_trace.h"

namespace takt::traces {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// configs/README.md of DRAMSys 5.5.0; its data "0x123456789abcdef..." without the dots.
const std::string stl_example =
    "# Comment lines begin with #\n"
    "# cycle: [(length)] command hex-address [hex-data]\n"
    "31: read 0x400140\n"
    "33: read 0x400160\n"
    "56: write 0x7fff8000 0x123456789abcdef\n"
    "81: (128) read 0x400180\n";

const std::string rstl_example =
    "# Comment lines begin with #\n"
    "31: read 0x400140\n"
    "2: (512) read 0x400160\n"
    "23: write 0x7fff8000 0x123456789abcdef\n"
    "10: read 0x400180\n";

TEST(Stl, TheExampleOfItsDocumentation) {
  MemoryTraceOptions options;
  options.clock_hz = 200000000;  // "frequency of 200 MHz (clock period of 5 ns)"
  options.access_bytes = 32;
  const auto reader = open_text(stl_example, options, "example.stl");
  EXPECT_EQ(reader->format().name, "stl");
  EXPECT_EQ(reader->timing(), TraceTiming::absolute);
  EXPECT_THAT(reader->initiators(), ElementsAre("trace"));
  const std::vector<MemoryAccess> accesses = all_of(*reader);
  ASSERT_EQ(accesses.size(), 4u);
  EXPECT_EQ(accesses[0].time, units::nanoseconds(31 * 5));
  EXPECT_EQ(accesses[0].address, 0x400140u);
  EXPECT_EQ(accesses[0].bytes, 32u);
  EXPECT_FALSE(accesses[0].write);
  EXPECT_EQ(accesses[2].time, units::nanoseconds(56 * 5));
  EXPECT_EQ(accesses[2].address, 0x7fff8000u);
  EXPECT_TRUE(accesses[2].write);
  EXPECT_EQ(accesses[3].bytes, 128u);
  EXPECT_EQ(accesses[3].record, 4u);
  EXPECT_EQ(accesses[3].position, 6u) << "its line";
}

TEST(Stl, RelativeTimesAreDelaysAndMayFall) {
  const auto reader = open_text(rstl_example, nanosecond_cycles(), "example.rstl");
  EXPECT_EQ(reader->timing(), TraceTiming::after_previous);
  const std::vector<MemoryAccess> accesses = all_of(*reader);
  ASSERT_EQ(accesses.size(), 4u);
  EXPECT_EQ(accesses[1].time, units::nanoseconds(2));
  EXPECT_EQ(accesses[1].bytes, 512u);
  EXPECT_EQ(accesses[2].time, units::nanoseconds(23));
  EXPECT_EQ(accesses[3].time, units::nanoseconds(10));
}

// configs/traces/example.stl and pct.stl of DRAMSys have tabs, and data longer than the access.
TEST(Stl, TabsAndDataOfAnyLength) {
  const auto accesses = read_text("0:\twrite\t0x0\n1:\t(16) write\t0x200\t0xffffffffffffffffffffffffffffffffffffffff\n",
                                  nanosecond_cycles("stl"));
  ASSERT_EQ(accesses.size(), 2u);
  EXPECT_EQ(accesses[1].bytes, 16u);
  EXPECT_EQ(accesses[1].address, 0x200u);
}

TEST(Stl, ACycleRoundsUpToThePicosecond) {
  MemoryTraceOptions options = nanosecond_cycles("stl");
  options.clock_hz = 3000000000;  // 333.3 ps
  EXPECT_EQ(read_text("1: read 0x0\n", options)[0].time, units::picoseconds(334));
  EXPECT_EQ(read_text("3: read 0x0\n", options)[0].time, units::picoseconds(1000));
}

TEST(Stl, TheColonMayBeAbsent) {
  EXPECT_EQ(read_text("7 read 0x40\n", nanosecond_cycles("stl"))[0].time, units::nanoseconds(7));
}

struct Fault {
  const char* line;
  const char* error;
};

void expect_faults(const std::string& format, const std::vector<Fault>& faults) {
  for (const Fault& fault : faults)
    EXPECT_THAT(error_of(std::string(fault.line) + "\n", nanosecond_cycles(format)), HasSubstr(fault.error));
}

TEST(Stl, FaultsAreNamedWithTheirColumn) {
  expect_faults("stl", {{"31", "t:1:3: found the end of the line, expected read or write"},
                        {"31:", "t:1:4: found the end of the line, expected read or write"},
                        {"3x: read 0x0", "t:1:1: found \"3x\", expected a decimal cycle"},
                        {"-1: read 0x0", "t:1:1: found \"-1\", expected a decimal cycle"},
                        {": read 0x0", "t:1:1: found \":\", expected a decimal cycle"},
                        {"1: rd 0x0", "t:1:4: found \"rd\", expected read or write"},
                        {"1: READ 0x0", "t:1:4: found \"READ\", expected read or write"},
                        {"1: read", "t:1:8: found the end of the line, expected a hexadecimal address"},
                        {"1: read 0x", "t:1:9: found \"0x\", expected a hexadecimal address"},
                        {"1: read 0xg", "t:1:9: found \"0xg\", expected a hexadecimal address"},
                        {"1: read 0x0 zz", "t:1:13: found \"zz\", expected hexadecimal data"},
                        {"1: read 0x0 0x0 0x0", "t:1:17: found \"0x0\", expected the end of the line"},
                        {"1: (0) read 0x0", "t:1:4: found \"(0)\", expected a length in bytes"},
                        {"1: (4294967296) read 0x0", "found \"(4294967296)\", expected a length in bytes"},
                        {"1: (12 read 0x0", "found \"(12\", expected a length in bytes"},
                        {"1: () read 0x0", "found \"()\", expected a length in bytes"}});
}

TEST(Stl, NumbersBeyond64BitsAreRefused) {
  expect_faults("stl", {{"1: read 0x10000000000000000", "expected a hexadecimal address below 2^64"},
                        {"18446744073709551616: read 0x0", "expected a decimal cycle below 2^64"},
                        {"18446744073709551615: read 0x0", "t:1:1: found cycle 18446744073709551615, expected at most"},
                        {"1: read 0xffffffffffffffc1", "expected an access that ends below 2^64"}});
  EXPECT_EQ(read_text("1: read 0xffffffffffffffc0\n", nanosecond_cycles("stl"))[0].address, 0xffffffffffffffc0u)
      << "64 bytes that end with the address space";
}

TEST(Stl, TheLastCycleIsTheOneWhoseTimeFits) {
  const std::string last = std::to_string((~std::uint64_t{0} - 1) / 1000);
  EXPECT_EQ(read_text(last + ": read 0x0\n", nanosecond_cycles("stl"))[0].time.value,
            (~std::uint64_t{0} - 1) / 1000 * 1000);
}

TEST(Stl, TimeDoesNotGoBackwards) {
  EXPECT_EQ(error_of("31: read 0x0\n\n30: read 0x0\n", nanosecond_cycles("stl")),
            "t:3:1: found cycle 30, expected cycle 31 (line 1) or later: time does not go backwards");
  EXPECT_EQ(error_of("31: read 0x0\n31: read 0x0\n", nanosecond_cycles("stl")), "");
}

TEST(Stl, LateAccessesComeAtOnceWhereTheyAreAllowed) {
  MemoryTraceOptions options = nanosecond_cycles("stl");
  options.late_accesses = true;
  const auto accesses = read_text("31: read 0x0\n2: read 0x40\n30: read 0x80\n32: read 0xc0\n", options);
  ASSERT_EQ(accesses.size(), 4u);
  EXPECT_EQ(accesses[1].time, units::nanoseconds(31));
  EXPECT_EQ(accesses[2].time, units::nanoseconds(31));
  EXPECT_EQ(accesses[3].time, units::nanoseconds(32));
}

// tests/example.trace of DRAMsim3.
TEST(Dramsim3, TheExampleOfItsRepository) {
  const auto accesses = read_text(
      "0x2000D5C0 READ  30\n0x1FF96FC0 WRITE   160\n0x2000D600 READ  165\n0x1FF97000 READ    192\n0x2000A340 READ    "
      "278\n",
      nanosecond_cycles("dramsim3"));
  ASSERT_EQ(accesses.size(), 5u);
  EXPECT_EQ(accesses[0].address, 0x2000d5c0u);
  EXPECT_EQ(accesses[0].time, units::nanoseconds(30));
  EXPECT_FALSE(accesses[0].write);
  EXPECT_TRUE(accesses[1].write);
  EXPECT_EQ(accesses[1].bytes, 64u);
  EXPECT_EQ(accesses[4].time, units::nanoseconds(278));
}

TEST(Dramsim3, EveryWordForAWrite) {
  for (const char* word : {"WRITE", "write", "P_MEM_WR", "BOFF"})
    EXPECT_TRUE(read_text("40 " + std::string(word) + " 0\n", nanosecond_cycles("dramsim3"))[0].write) << word;
  for (const char* word : {"READ", "read", "P_MEM_RD", "P_FETCH"})
    EXPECT_FALSE(read_text("40 " + std::string(word) + " 0\n", nanosecond_cycles("dramsim3"))[0].write) << word;
}

TEST(Dramsim3, FaultsAreNamedWithTheirColumn) {
  expect_faults("dramsim3", {{"0x40 WRIT 0", "t:1:6: found \"WRIT\", expected READ or WRITE"},
                             {"0x40 READ", "t:1:10: found the end of the line, expected a decimal cycle"},
                             {"0x40 READ 0x10", "found \"0x10\", expected a decimal cycle"},
                             {"xyz READ 1", "t:1:1: found \"xyz\", expected a hexadecimal address"},
                             {"0x40 READ 1 64B", "t:1:13: found \"64B\", expected the end of the line"}});
  EXPECT_THAT(error_of("0x0 READ 9\n0x0 READ 8\n", nanosecond_cycles("dramsim3")), StartsWith("t:2:10: found cycle 8"));
}

// The comment in loadstore_trace.cpp of Ramulator 2.1.
TEST(LoadStore, TheExampleOfItsSource) {
  const auto reader = open_text("LD 0x12340\nST 4096\n", nanosecond_cycles());
  EXPECT_EQ(reader->timing(), TraceTiming::as_accepted);
  const auto accesses = all_of(*reader);
  ASSERT_EQ(accesses.size(), 2u);
  EXPECT_EQ(accesses[0].address, 0x12340u);
  EXPECT_FALSE(accesses[0].write);
  EXPECT_EQ(accesses[1].address, 4096u);
  EXPECT_TRUE(accesses[1].write);
  EXPECT_EQ(accesses[1].bytes, 64u);
}

TEST(LoadStore, FaultsAreNamedWithTheirColumn) {
  expect_faults("ramulator2-loadstore", {{"L 0x0", "t:1:1: found \"L\", expected LD or ST"},
                                         {"LD", "t:1:3: found the end of the line, expected an address"},
                                         {"LD 12f", "t:1:4: found \"12f\", expected an address"},
                                         {"LD -1", "t:1:4: found \"-1\", expected an address"},
                                         {"LD 1 2", "t:1:6: found \"2\", expected the end of the line"}});
}

// The comment in readwrite_trace.cpp of Ramulator 2.1.
TEST(ReadWrite, TheExampleOfItsSource) {
  const auto accesses = read_text("R 0,1,2,100,32\nW 0,0,3,200,16\n", nanosecond_cycles());
  ASSERT_EQ(accesses.size(), 2u);
  EXPECT_FALSE(accesses[0].write);
  EXPECT_EQ(accesses[0].address, 0u);
  ASSERT_EQ(accesses[0].vector.levels, 5u);
  EXPECT_THAT(accesses[0].vector.level, ElementsAre(0u, 1u, 2u, 100u, 32u, 0u, 0u, 0u));
  EXPECT_TRUE(accesses[1].write);
  EXPECT_THAT(accesses[1].vector.level, ElementsAre(0u, 0u, 3u, 200u, 16u, 0u, 0u, 0u));
}

TEST(ReadWrite, FaultsAreNamedWithTheirColumn) {
  expect_faults("ramulator2-readwrite",
                {{"X 0,1", "found \"X\", expected R or W"},
                 {"R", "expected an address vector"},
                 {"R 0,,1", "t:1:5: found \"\", expected a decimal number"},
                 {"R 0,1,", "t:1:7: found \"\", expected a decimal number"},
                 {"R 0,-1", "t:1:5: found \"-1\", expected a decimal number"},
                 {"R 0,4294967296", "found \"4294967296\", expected a decimal number up to 4294967295"},
                 {"R 0,1,2,3,4,5,6,7,8", "found an address vector of more than 8 levels"},
                 {"R 0, 1", "t:1:5: found \"\", expected a decimal number"}});
  EXPECT_EQ(error_of("R 0,1,2\nR 0,1\n", nanosecond_cycles()),
            "t:2:3: found an address vector of 2 levels, expected 3 as in the trace's first line");
}

// The comment in simpleO3.cpp of Ramulator 2.1.
TEST(SimpleO3, TheExampleOfItsSource) {
  const auto reader = open_text("3 20734016\n8 20841280 20841344\n0 0x40\n", nanosecond_cycles());
  EXPECT_EQ(reader->timing(), TraceTiming::after_instructions);
  const auto accesses = all_of(*reader);
  ASSERT_EQ(accesses.size(), 4u);
  EXPECT_EQ(accesses[0].instructions, 3u);
  EXPECT_EQ(accesses[0].address, 20734016u);
  EXPECT_EQ(accesses[1].instructions, 8u);
  EXPECT_FALSE(accesses[1].write);
  EXPECT_EQ(accesses[2].instructions, 0u) << "the write-back of the same line";
  EXPECT_EQ(accesses[2].address, 20841344u);
  EXPECT_TRUE(accesses[2].write);
  EXPECT_EQ(accesses[2].record, 3u);
  EXPECT_EQ(accesses[2].position, 2u);
  EXPECT_EQ(accesses[3].address, 0x40u);
  EXPECT_FALSE(accesses[3].write);
}

TEST(SimpleO3, AWriteBackMayEndTheTrace) { EXPECT_EQ(read_text("8 64 128", nanosecond_cycles()).size(), 2u); }

TEST(SimpleO3, FaultsAreNamedWithTheirColumn) {
  expect_faults("ramulator2-simpleo3", {{"x 1", "t:1:1: found \"x\", expected a decimal count of instructions"},
                                        {"1", "expected an address"},
                                        {"1 2 x", "t:1:5: found \"x\", expected an address"},
                                        {"1 2 3 4", "t:1:7: found \"4\", expected the end of the line"}});
}

}  // namespace
}  // namespace takt::traces
