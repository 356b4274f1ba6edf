// What is written is read back, whatever it is.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "models/units/random.h"
#include "tests/traces/read_trace.h"
#include "traces/formats/memory/varint.h"

namespace takt::traces {
namespace {

const std::vector<std::string> initiators = {"npu.dma0", "npu.dma1", "display", "cpu"};

// Small numbers, large ones and those at the ends of their range.
std::uint64_t number(std::uint64_t least, std::uint64_t most) {
  const auto small = *rc::gen::resize(100, rc::gen::arbitrary<std::uint16_t>());
  const auto large = *rc::gen::resize(1000, rc::gen::arbitrary<std::uint64_t>());
  const std::uint64_t any = *rc::gen::element<std::uint64_t>(small, large, least, most, most - small);
  return most - least == ~std::uint64_t{0} ? any : least + any % (most - least + 1);
}

MemoryAccess arbitrary_access(units::Time earliest) {
  MemoryAccess access;
  access.time = units::Time(earliest.value + number(0, 1ull << 50));
  access.bytes = static_cast<std::uint32_t>(number(1, 0xffffffff));
  access.address = number(0, ~std::uint64_t{0} - (access.bytes - 1));
  access.initiator = static_cast<std::uint16_t>(number(0, initiators.size() - 1));
  access.qos = static_cast<std::uint8_t>(number(0, MemoryAccess::max_qos));
  access.write = number(0, 1) != 0;
  if (number(0, 3) == 0) {
    access.stride = number(0, 1ull << 33);
    const std::uint64_t room = ~std::uint64_t{0} - access.address - (access.bytes - 1);
    const std::uint64_t most =
        access.stride == 0 ? 0xffffffff : std::min<std::uint64_t>(room / access.stride + 1, 0xffffffff);
    access.rows = static_cast<std::uint32_t>(number(1, most));
  }
  return access;
}

std::vector<MemoryAccess> arbitrary_accesses() {
  std::vector<MemoryAccess> accesses(number(1, 200));
  units::Time earliest;
  for (MemoryAccess& access : accesses) {
    access = arbitrary_access(earliest);
    earliest = access.time;
  }
  return accesses;
}

RC_GTEST_PROP(RoundTrip, AnyAccessesAreReadAsTheyWereWritten, ()) {
  const std::vector<MemoryAccess> accesses = arbitrary_accesses();
  const auto reader = open_text(written(initiators, accesses), {});
  RC_ASSERT(reader->initiators() == initiators);
  RC_ASSERT(same_accesses(all_of(*reader), accesses));
}

RC_GTEST_PROP(RoundTrip, TheSameAccessesMakeTheSameBytes, ()) {
  const std::vector<MemoryAccess> accesses = arbitrary_accesses();
  RC_ASSERT(written(initiators, accesses) == written(initiators, accesses));
}

RC_GTEST_PROP(RoundTrip, VarintsAndZigzag, ()) {
  const std::uint64_t value = number(0, ~std::uint64_t{0});
  std::string bytes;
  append_varint(bytes, value);
  PayloadCursor cursor(bytes);
  RC_ASSERT(cursor.varint() == value);
  RC_ASSERT(cursor.at_end());
  RC_ASSERT(unzigzag(zigzag(value)) == value);
  RC_ASSERT(zigzag(0 - std::uint64_t{1}) == 1u);
}

// A DMA engine's streams, enough for many blocks.
TEST(RoundTrip, ManyBlocks) {
  std::vector<MemoryAccess> accesses(100000);
  units::Random random(7);
  for (std::size_t i = 0; i < accesses.size(); ++i) {
    accesses[i].time = units::Time(i * 1000 + random.below(1000));
    accesses[i].initiator = static_cast<std::uint16_t>(random.below(4));
    accesses[i].address = random.next() >> 20;
    accesses[i].bytes = static_cast<std::uint32_t>(1 + random.below(4096));
    accesses[i].write = random.below(2) == 0;
  }
  const std::string bytes = written(initiators, accesses);
  const auto reader = open_text(bytes, {});
  const std::vector<MemoryAccess> back = all_of(*reader);
  EXPECT_TRUE(same_accesses(back, accesses));
  EXPECT_GT(back.back().position, back.front().position) << "one block only";
  EXPECT_EQ(back.back().record, accesses.size());
}

// A stream in order at a steady pace, as a DMA engine makes it, costs next to nothing.
TEST(RoundTrip, ASteadyStreamIsSmall) {
  std::vector<MemoryAccess> accesses(100000);
  for (std::size_t i = 0; i < accesses.size(); ++i) {
    accesses[i].time = units::Time(i * 4000);
    accesses[i].address = i * 4096;
    accesses[i].bytes = 4096;
  }
  EXPECT_LT(written({"npu"}, accesses).size(), accesses.size() / 10);
}

}  // namespace
}  // namespace takt::traces
