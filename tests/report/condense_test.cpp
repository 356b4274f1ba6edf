#include "sim/report/condense.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace takt::report {
namespace {

// A span across an edge counts on both sides by its length there: 30 for 4 of 10 ps is a mean of 12.
TEST(BucketsTest, DivideASpanAcrossAnEdge) {
  Buckets buckets(0, 20, 2, 1);
  buckets.add(6, 12, 0, 30);
  EXPECT_EQ(buckets.mean(0, 0), 12);
  EXPECT_EQ(buckets.mean(0, 1), 6);
  EXPECT_EQ(buckets.most(0, 0), 30);
  EXPECT_EQ(buckets.most(0, 1), 30);
}

TEST(BucketsTest, LeaveOutWhatLiesOutside) {
  Buckets buckets(10, 20, 1, 2);
  buckets.add(0, 12, 1, 5);
  buckets.add(18, 40, 1, 5);
  buckets.add(40, 50, 1, 5);
  EXPECT_EQ(buckets.mean(1, 0), 2);
  EXPECT_EQ(buckets.mean(0, 0), 0);
}

TEST(BucketsTest, CoverTheirTimeWithoutGaps) {
  const Buckets buckets(3, 1003, 7, 1);
  EXPECT_EQ(buckets.edge(0), 3);
  EXPECT_EQ(buckets.edge(7), 1003);
  for (std::size_t b = 0; b < 7; ++b) EXPECT_LT(buckets.edge(b), buckets.edge(b + 1));
}

RC_GTEST_PROP(BucketsTest, KeepSumAndExtreme, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(1, 40);
  const auto end = static_cast<std::int64_t>(*rc::gen::inRange(40, 5000));
  Buckets buckets(0, end, count, 1);
  __int128 sum = 0;
  std::int64_t most = 0, at = 0;
  while (at < end) {
    const std::int64_t next = std::min(end, at + *rc::gen::inRange(1, 300)), value = *rc::gen::inRange(0, 1000000);
    buckets.add(at, next, 0, value);
    sum += static_cast<__int128>(value) * (next - at);
    most = std::max(most, value);
    at = next;
  }
  RC_ASSERT(static_cast<std::int64_t>(buckets.sum(0)) == static_cast<std::int64_t>(sum));
  std::int64_t found = 0;
  for (std::size_t b = 0; b < count; ++b) found = std::max(found, buckets.most(0, b));
  RC_ASSERT(found == most);
}

TEST(RanksTest, KeepTheFirstAndTheLast) {
  std::vector<std::int64_t> sorted;
  for (std::int64_t i = 1; i <= 1000; ++i) sorted.push_back(i * 10);
  const std::vector<Ranked> ranks = ranks_of(sorted, 4);
  ASSERT_EQ(ranks.size(), 4U);
  EXPECT_EQ(ranks[0].rank, 1U);
  EXPECT_EQ(ranks[0].value, 10);
  EXPECT_EQ(ranks[1].rank, 334U);
  EXPECT_EQ(ranks[1].value, 3340);
  EXPECT_EQ(ranks[3].rank, 1000U);
  EXPECT_EQ(ranks[3].value, 10000);
}

TEST(RanksTest, KeepAllOfAShortSample) {
  EXPECT_EQ(ranks_of({5, 7}, 300).size(), 2U);
  EXPECT_EQ(ranks_of({5}, 300).front().value, 5);
  EXPECT_TRUE(ranks_of({}, 300).empty());
}

}  // namespace
}  // namespace takt::report
