#include <gtest/gtest.h>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

struct BadProgram {
  const char* name;
  void (*spoil)(takt_program_header&);
  std::uint32_t status;
};
void PrintTo(const BadProgram& bad, std::ostream* out) { *out << bad.name; }

struct BadQueue {
  const char* name;
  void (*spoil)(takt_create_queue_slot&);
  std::uint32_t status;
};
void PrintTo(const BadQueue& bad, std::ostream* out) { *out << bad.name; }

class RegisterProgram : public testing::TestWithParam<BadProgram> {};
class CreateQueue : public testing::TestWithParam<BadQueue> {};

// 64-bit sums of these offsets and the sizes behind them wrap around.
constexpr std::uint64_t kWraps = ~0ull - 127;

const BadProgram kBadPrograms[] = {
    {"Magic", [](takt_program_header& h) { h.magic = 0; }, TAKT_STATUS_BAD_PROGRAM},
    {"Major", [](takt_program_header& h) { h.version = TAKT_ABI_VERSION(2, 0); }, TAKT_STATUS_BAD_VERSION},
    {"ShortHeader", [](takt_program_header& h) { h.header_bytes -= 8; }, TAKT_STATUS_BAD_PROGRAM},
    {"TotalBelowHeader", [](takt_program_header& h) { h.total_bytes = 8; }, TAKT_STATUS_BAD_PROGRAM},
    {"TotalWraps", [](takt_program_header& h) { h.total_bytes = ~0ull; }, TAKT_STATUS_BAD_PROGRAM},
    {"ListInHeader", [](takt_program_header& h) { h.list_offset[2] = 128; }, TAKT_STATUS_BAD_PROGRAM},
    {"ListMisaligned", [](takt_program_header& h) { h.list_offset[2] += 64; }, TAKT_STATUS_BAD_PROGRAM},
    {"ListBehindEnd", [](takt_program_header& h) { h.list_offset[2] = 1 << 20; }, TAKT_STATUS_BAD_PROGRAM},
    {"ListTooLong", [](takt_program_header& h) { h.list_commands[2] = 0xffffffff; }, TAKT_STATUS_BAD_PROGRAM},
    {"ListWraps", [](takt_program_header& h) { h.list_offset[2] = kWraps; }, TAKT_STATUS_BAD_PROGRAM},
    {"CutsBehindEnd", [](takt_program_header& h) { h.cut_count += 8; }, TAKT_STATUS_BAD_PROGRAM},
    {"CutsWrap", [](takt_program_header& h) { h.cuts_offset = kWraps; }, TAKT_STATUS_BAD_PROGRAM},
    {"CutsMisaligned", [](takt_program_header& h) { h.cuts_offset += 4; }, TAKT_STATUS_BAD_PROGRAM},
    {"RangesBehindEnd", [](takt_program_header& h) { h.live_range_count += 1; }, TAKT_STATUS_BAD_PROGRAM},
    {"Semaphores", [](takt_program_header& h) { h.semaphore_count = TAKT_SEMAPHORES + 1; }, TAKT_STATUS_BAD_PROGRAM},
    {"TooManyCores", [](takt_program_header& h) { h.cores = TAKT_NPU_MAX_CORES + 1; }, TAKT_STATUS_BAD_PROGRAM},
    {"CoresBehindEnd",
     [](takt_program_header& h) {
       h.cores = 2;
       h.cores_offset = h.total_bytes - 72;
     },
     TAKT_STATUS_BAD_PROGRAM},
    {"CoresWrap",
     [](takt_program_header& h) {
       h.cores = 3;
       h.cores_offset = kWraps;
     },
     TAKT_STATUS_BAD_PROGRAM},
    {"SaveBelowItsHeader", [](takt_program_header& h) { h.max_save_bytes = 8; }, TAKT_STATUS_BAD_PROGRAM},
};

TEST_P(RegisterProgram, RefusesIt) {
  Bench bench;
  bench.boot();
  takt_program_header header = program_header(100, 3);
  GetParam().spoil(header);
  bench.soc.put(program_at(5), header);
  EXPECT_EQ(bench.control(as_slot(register_program(1, 5))), GetParam().status);
  // The id stays free: a good one can follow.
  bench.add_program(5, 100, 3);
}

INSTANTIATE_TEST_SUITE_P(Bad, RegisterProgram, testing::ValuesIn(kBadPrograms),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(Control, RegistersProgramsUpToTheTablesEnd) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 1);
  bench.add_program(TAKT_MAX_PROGRAMS - 1, 1, 2);
  bench.soc.put(program_at(TAKT_MAX_PROGRAMS), program_header(1, 0));
  EXPECT_EQ(bench.control(as_slot(register_program(1, TAKT_MAX_PROGRAMS))), TAKT_STATUS_NO_SPACE);
}

TEST(Control, AProgramIdIsTakenOnce) {
  Bench bench;
  bench.boot();
  bench.add_program(3, 1);
  EXPECT_EQ(bench.control(as_slot(register_program(1, 3))), TAKT_STATUS_BAD_PROGRAM);
}

TEST(Control, AcceptsALargerMinorOfAProgram) {
  Bench bench;
  bench.boot();
  takt_program_header header = program_header(100, 0);
  header.version += 1;
  header.header_bytes += 16;  // the table behind still begins after it
  bench.soc.put(program_at(0), header);
  EXPECT_EQ(bench.control(as_slot(register_program(1, 0))), TAKT_STATUS_OK);
}

const BadQueue kBadQueues[] = {
    {"Zero", [](takt_create_queue_slot& s) { s.queue = 0; }, TAKT_STATUS_BAD_QUEUE},
    {"BehindTheLast", [](takt_create_queue_slot& s) { s.queue = TAKT_MAX_QUEUES; }, TAKT_STATUS_BAD_QUEUE},
    {"Band", [](takt_create_queue_slot& s) { s.band = TAKT_BAND_REALTIME + 1; }, TAKT_STATUS_BAD_SLOT},
    {"Flags", [](takt_create_queue_slot& s) { s.flags = 1; }, TAKT_STATUS_BAD_SLOT},
    {"Partition", [](takt_create_queue_slot& s) { s.partition = 1; }, TAKT_STATUS_BAD_SLOT},
    {"WindowsMisaligned", [](takt_create_queue_slot& s) { s.windows = 4; }, TAKT_STATUS_BAD_SLOT},
    {"SaveAreaWraps", [](takt_create_queue_slot& s) { s.save_area_bytes = ~0ull; }, TAKT_STATUS_BAD_SLOT},
    {"NoRing", [](takt_create_queue_slot& s) { s.ring = 0; }, TAKT_STATUS_BAD_QUEUE},
    {"RingMisaligned", [](takt_create_queue_slot& s) { s.ring += 4; }, TAKT_STATUS_BAD_QUEUE},
    {"RingAtTheEndOfAddresses", [](takt_create_queue_slot& s) { s.ring = ~0ull - 7; }, TAKT_STATUS_BAD_QUEUE},
    {"NotARing", [](takt_create_queue_slot& s) { s.ring += 0x8000; }, TAKT_STATUS_BAD_QUEUE},
};

TEST_P(CreateQueue, RefusesIt) {
  Bench bench;
  bench.boot();
  bench.make_ring(ring_of(4), 64);
  takt_create_queue_slot slot = create_queue(1, 4, TAKT_BAND_FOCUS);
  GetParam().spoil(slot);
  EXPECT_EQ(bench.control(as_slot(slot)), GetParam().status);
  EXPECT_TRUE(bench.soc.violations.empty());
  bench.add_queue(4);
}

INSTANTIATE_TEST_SUITE_P(Bad, CreateQueue, testing::ValuesIn(kBadQueues),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(Control, AQueueWhoseIndicesLieOutsideItsRingIsRefused) {
  for (const std::size_t index : {offsetof(takt_ring_header, head), offsetof(takt_ring_header, tail)}) {
    Bench bench;
    bench.boot();
    bench.make_ring(ring_of(4), 64);
    bench.soc.put(ring_of(4) + index, std::uint32_t{64});
    EXPECT_EQ(bench.control(as_slot(create_queue(1, 4, TAKT_BAND_FOCUS))), TAKT_STATUS_BAD_QUEUE);
  }
}

TEST(Control, AQueueIsCreatedOnce) {
  Bench bench;
  bench.boot();
  bench.add_queue(1);
  EXPECT_EQ(bench.control(as_slot(create_queue(7, 1, TAKT_BAND_IDLE))), TAKT_STATUS_BAD_QUEUE);
}

TEST(Control, EveryQueueAndTheLastRunJobs) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  for (std::uint32_t queue = 1; queue < TAKT_MAX_QUEUES; ++queue) bench.add_queue(queue);
  for (std::uint32_t queue = 1; queue < TAKT_MAX_QUEUES; ++queue) bench.submit(queue, job(queue, 0));
  bench.run();
  EXPECT_EQ(bench.order().size(), TAKT_MAX_QUEUES - 1);
}

TEST(Control, RefusesWhatBelongsElsewhere) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  EXPECT_EQ(bench.control(job(9, 0)), TAKT_STATUS_BAD_SLOT);
  bench.make_ring(ring_of(2), 64);
  bench.submit(1, as_slot(create_queue(10, 2, TAKT_BAND_NORMAL)));
  bench.submit(1, as_slot(register_program(11, 1)));
  bench.run();
  EXPECT_EQ(bench.record(10).status, TAKT_STATUS_BAD_SLOT);
  EXPECT_EQ(bench.record(11).status, TAKT_STATUS_BAD_SLOT);
}

}  // namespace
}  // namespace takt::firmware::test
