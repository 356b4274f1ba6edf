// The ABI compiles as C11 and as C++17 with one layout, and this layout holds everything a released minor froze.
#include "tests/abi/layout.inc"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

extern "C" std::size_t takt_abi_layout_c(char* text, std::size_t bytes);

namespace {

template <typename Write>
std::string layout(Write write) {
  std::vector<char> text(1 << 16);
  const std::size_t used = write(text.data(), text.size());
  EXPECT_LT(used, text.size());
  return std::string(text.data(), used);
}

std::vector<std::string> lines(std::istream& in) {
  std::vector<std::string> all;
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

TEST(Abi, HasOneLayoutInCAndCpp) { EXPECT_EQ(layout(write_layout), layout(takt_abi_layout_c)); }

// A minor only appends: each line of a frozen file still holds.
void expect_held(const std::string& name) {
  std::ifstream file(TAKT_ABI_FROZEN "/" + name);
  ASSERT_TRUE(file.is_open()) << name;
  std::istringstream present(layout(write_layout));
  const std::vector<std::string> now = lines(present);
  const std::set<std::string> known(now.begin(), now.end());
  const std::vector<std::string> frozen = lines(file);
  ASSERT_GT(frozen.size(), 250u);
  for (const std::string& line : frozen) EXPECT_EQ(known.count(line), 1u) << "frozen, and now different: " << line;
}

TEST(Abi, HoldsWhatVersion1Minor0Froze) { expect_held("v1.0.txt"); }
TEST(Abi, HoldsWhatVersion1Minor1Froze) { expect_held("v1.1.txt"); }
TEST(Abi, HoldsWhatTheProgramsVersion1Minor1Froze) { expect_held("program-v1.1.txt"); }
TEST(Abi, HoldsWhatTheProgramsVersion1Minor2Froze) { expect_held("program-v1.2.txt"); }
TEST(Abi, HoldsWhatTheProgramsVersion1Minor3Froze) { expect_held("program-v1.3.txt"); }
TEST(Abi, HoldsWhatTheProgramsVersion1Minor4Froze) { expect_held("program-v1.4.txt"); }
TEST(Abi, HoldsWhatTheDriversVersion1Minor4Froze) { expect_held("driver-v1.4.txt"); }
TEST(Abi, HoldsWhatTheHardwaresVersion1Minor5Froze) { expect_held("hardware-v1.5.txt"); }
TEST(Abi, HoldsWhatTheDriversVersion1Minor5Froze) { expect_held("driver-v1.5.txt"); }
TEST(Abi, HoldsWhatTheHardwaresVersion1Minor6Froze) { expect_held("hardware-v1.6.txt"); }
TEST(Abi, HoldsWhatTheDriversVersion1Minor6Froze) { expect_held("driver-v1.6.txt"); }

TEST(Abi, HoldsWhatTheHardwaresVersion1Minor7Froze) { expect_held("hardware-v1.7.txt"); }
TEST(Abi, HoldsWhatTheDriversVersion1Minor7Froze) { expect_held("driver-v1.7.txt"); }
TEST(Abi, HoldsWhatVersion1Minor8OfHardwareAndDriverFroze) { expect_held("v1.8.txt"); }

TEST(Abi, VersionsAreThoseOfTheNewestFrozenFile) {
  EXPECT_EQ(TAKT_ABI_HARDWARE, TAKT_ABI_VERSION(1, 8));
  EXPECT_EQ(TAKT_ABI_DRIVER, TAKT_ABI_VERSION(1, 8));
  EXPECT_EQ(TAKT_ABI_PROGRAM, TAKT_ABI_VERSION(1, 4));
  EXPECT_EQ(TAKT_ABI_MAJOR(TAKT_ABI_VERSION(3, 7)), 3u);
  EXPECT_EQ(TAKT_ABI_MINOR(TAKT_ABI_VERSION(3, 7)), 7u);
}

// Everything is naturally aligned, so that no compiler inserts padding of its own.
TEST(Abi, SlotsAndRecordsShareOneSize) {
  EXPECT_EQ(sizeof(takt_job_slot), 64u);
  EXPECT_EQ(sizeof(takt_create_queue_slot), 64u);
  EXPECT_EQ(sizeof(takt_register_program_slot), 64u);
  EXPECT_EQ(sizeof(takt_set_bandwidth_slot), 64u);
  EXPECT_EQ(sizeof(takt_completion), 64u);
  EXPECT_EQ(sizeof(takt_ring_header), 64u);
  EXPECT_EQ(sizeof(takt_command), 128u);
}

TEST(Abi, QueueRegistersFitTheirBlock) {
#define EXPECT_INSIDE(block, name, offset, access, reset, sync, what) EXPECT_LT(offset, 0x40u) << #name;
  TAKT_NPU_QUEUE_REGISTERS(EXPECT_INSIDE)
  TAKT_NOC_PORT_REGISTERS(EXPECT_INSIDE)
#undef EXPECT_INSIDE
}

}  // namespace
