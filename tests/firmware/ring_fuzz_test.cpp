// A hostile driver: random words in ring headers and slots. The firmware must neither look outside the rings it was
// given nor fail to come to rest.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

constexpr std::uint32_t kEntries = 8;
constexpr std::uint32_t kRounds = 20;

std::uint32_t word() {
  return *rc::gen::oneOf(rc::gen::inRange<std::uint32_t>(0, 20), rc::gen::arbitrary<std::uint32_t>(),
                         rc::gen::element<std::uint32_t>(0xffffffff, 0x80000000, TAKT_RING_MAGIC, kEntries));
}

void spoil_header(Bench& bench, std::uint64_t ring) {
  const auto field = *rc::gen::inRange<std::uint32_t>(0, sizeof(takt_ring_header) / 4);
  bench.soc.put(ring + 4 * field, word());
}

void spoil_slot(Bench& bench, std::uint64_t ring) {
  takt_job_slot slot;
  auto* words = reinterpret_cast<std::uint32_t*>(&slot);
  for (std::size_t i = 0; i < sizeof(slot) / 4; ++i) words[i] = word();
  if (*rc::gen::inRange(0, 4) != 0) slot.flags = 0;
  if (*rc::gen::inRange(0, 4) != 0) slot.reserved = 0;
  // A fence may name any address, that is its meaning: keep it where this test can watch it.
  if (slot.type == TAKT_SLOT_FENCE_WAIT || slot.type == TAKT_SLOT_FENCE_SIGNAL) slot.fence_address = kFence;
  // Rings and programs too: let the request be about the few that exist.
  if (slot.type == TAKT_SLOT_CREATE_QUEUE || slot.type == TAKT_SLOT_REGISTER_PROGRAM) slot.type = TAKT_SLOT_JOB;
  const auto index = *rc::gen::inRange<std::uint32_t>(0, kEntries);
  bench.soc.put(ring + sizeof(takt_ring_header) + index * sizeof(slot), slot);
}

TEST(RingFuzz, StaysInsideTheRingsAndComesToRest) {
  const bool held = rc::check([] {
    Bench bench("round-robin", kEntries);
    bench.boot();
    bench.add_program(0, 10);
    bench.add_queue(1);
    bench.add_queue(2);
    for (std::uint32_t round = 0; round < kRounds; ++round) {
      const std::uint64_t ring = ring_of(*rc::gen::inRange<std::uint32_t>(0, 3));
      for (int i = 0; i < 3; ++i) spoil_slot(bench, ring);
      if (*rc::gen::inRange(0, 3) == 0) spoil_header(bench, ring);
      const auto tail = *rc::gen::inRange<std::uint32_t>(0, kEntries);
      if (ring != ring_of(0)) bench.soc.put(ring + offsetof(takt_ring_header, tail), tail);
      bench.soc.ring_doorbells(*rc::gen::arbitrary<std::uint32_t>());
      bench.settle();
      bench.soc.sleep(bench.soc.now + 200);
      bench.settle();
    }
    RC_ASSERT(bench.soc.violations.empty());
    RC_ASSERT(!testing::Test::HasFailure());
  });
  EXPECT_TRUE(held);
}

// The completion ring's consumer index is the only word of it that the firmware believes at all.
TEST(RingFuzz, ASpoiledCompletionRingIsNeverLeft) {
  const bool held = rc::check([] {
    Bench bench("fcfs");
    bench.boot();
    bench.add_program(0, 1);
    bench.add_queue(1);
    bench.hold_completions = true;
    for (std::uint64_t id = 1; id <= 150; ++id) bench.submit(1, job(id, 0));
    for (std::uint32_t round = 0; round < kRounds; ++round) {
      spoil_header(bench, kCompletionRing);
      bench.settle();
      bench.soc.sleep(bench.soc.now + 200);
    }
    RC_ASSERT(bench.soc.violations.empty());
    RC_ASSERT(!testing::Test::HasFailure());
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace takt::firmware::test
