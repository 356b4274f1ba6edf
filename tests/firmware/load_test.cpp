// Contexts that come and go, each with some small jobs: nothing of the firmware's tables is used up.
#include <gtest/gtest.h>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

constexpr std::uint32_t kContexts = 10000, kJobs = 50;

takt_queue_slot release(std::uint32_t context) {
  takt_queue_slot slot{};
  slot.type = TAKT_SLOT_RELEASE_CONTEXT;
  slot.job_id = 0x9000;
  slot.context = context;
  return slot;
}

// Each context has two queues, and is released while its second queue's last job still waits.
TEST(Load, TenThousandContextsWithAMillionJobs) {
  takt_boot_info info = boot_info("round-robin");
  info.flags = TAKT_BOOT_BANDS;
  Bench bench(info);
  bench.boot();
  bench.add_program(0, 1);
  std::uint64_t id = 0, finished = 0, aborted = 0;
  for (std::uint32_t n = 0; n < kContexts; ++n) {
    for (const std::uint32_t q : {1u + n % 15, 16u + n % 15}) {
      bench.make_ring(ring_of(q), 64);
      takt_create_queue_slot create = create_queue(0x8000, q, static_cast<takt_band>(n % 4));
      create.context = n;
      ASSERT_EQ(bench.control(as_slot(create)), TAKT_STATUS_OK) << n;
      for (std::uint32_t j = 0; j < kJobs; ++j) bench.submit(q, job(++id, 0));
    }
    bench.run(bench.soc.now + 2 * kJobs - 2);
    bench.submit(TAKT_CONTROL_QUEUE, as_slot(release(n)));
    bench.run();
    ASSERT_EQ(bench.completions.back().queue, TAKT_CONTROL_QUEUE);
    ASSERT_EQ(bench.completions.back().status, TAKT_STATUS_OK) << n;
    for (const takt_completion& record : bench.completions) {
      if (record.queue == TAKT_CONTROL_QUEUE) continue;
      ++(record.status == TAKT_STATUS_OK ? finished : aborted);
      ASSERT_TRUE(record.status == TAKT_STATUS_OK || record.status == TAKT_STATUS_ABORTED);
    }
    bench.completions.clear();
    bench.soc.lines.clear();
    bench.soc.charges.clear();
  }
  EXPECT_EQ(finished + aborted, std::uint64_t{kContexts} * 2 * kJobs);
  EXPECT_GE(aborted, kContexts) << "one at least is left when a context is released";
  EXPECT_EQ(bench.firmware->counters().jobs_finished, finished + aborted);
  EXPECT_EQ(bench.soc.violations, std::vector<std::string>{});
}

}  // namespace
}  // namespace takt::firmware::test
