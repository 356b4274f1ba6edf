#include "sim/results/latency_table.h"

#include <gtest/gtest.h>

#include "tests/results/sample_run.h"

namespace takt::results {
namespace {

using units::microseconds;
using units::milliseconds;

platform::RunRecord run_with_turns() {
  platform::RunRecord run = sample_run();
  // Two turns of 2.5 ms in all, waits of 101 and 201 us, the longer one from 1.5 s on.
  run.streams[0].turns = {2,
                          microseconds(2500),
                          microseconds(302),
                          microseconds(201),
                          milliseconds(1500),
                          milliseconds(1500) + microseconds(201)};
  return run;
}

TEST(LatencyTable, HasARowPerStreamAndTheSum) {
  EXPECT_EQ(latency_table(run_with_turns()),
            "waiting for the NPU's engines:\n"
            "stream  runtime ms  count  avg delay ms  max delay ms  max start s  max end s\n"
            "camera       2.500      2         0.151         0.201     1.500000   1.500201\n"
            "hog          0.000      0             -             -            -          -\n"
            "total        2.500      2\n");
}

TEST(LatencyTable, TheFileIsExactAndLeavesOutWhatThereIsNot) {
  EXPECT_EQ(latency_csv(run_with_turns()),
            "stream,runtime_us,count,mean_delay_us,max_delay_us,max_start_us,max_end_us\n"
            "camera,2500,2,151,201,1500000,1500201\n"
            "hog,0,0,,,,\n");
}

}  // namespace
}  // namespace takt::results
