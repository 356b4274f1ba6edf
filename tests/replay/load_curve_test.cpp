// Latency against load: its ends are arithmetic, what lies between is ordered.
#include "sim/replay/load_curve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/replay/curve_scales.h"
#include "sim/replay/curve_svg.h"
#include "sim/replay/curve_text.h"
#include "tests/replay/traces.h"

namespace takt::replay::testing {
namespace {

using ::testing::HasSubstr;

CurveOptions options_of(const char* pattern, unsigned read_percent = 100, unsigned points = 6) {
  CurveOptions options;
  options.patterns = {find_pattern(pattern)};
  options.read_percents = {read_percent};
  options.points = points;
  return options;
}

Curve curve_of(const dram::Config& memory, const char* pattern, unsigned read_percent = 100, unsigned points = 6) {
  return load_curves(memory, options_of(pattern, read_percent, points)).front();
}

double gbps_of(const LoadPoint& point) { return static_cast<double>(rate_of(point)) * 1e-9; }
double mean_of(const LoadPoint& point) { return static_cast<double>(point.latency().mean().value) * 1e-3; }

// A memory that refreshes all banks when due, nothing else disturbing: 210 ns of every 3,906 ns.
dram::Config refreshing() {
  return preset("lpddr5-6400", {"channels=1", "refresh=all_bank", "rfc_ab_ns=210", "refi_ns=3906",
                                "policy.refresh_postpone=0", "power_down_after_ns=0"});
}

TEST(Walker, walks_as_its_pattern_says) {
  const dram::Config config = round_memory();
  Walker sequential(*find_pattern("sequential"), config, config.capacity_bytes, 1);
  Walker strided(*find_pattern("strided"), config, config.capacity_bytes, 1);
  Walker blocks(*find_pattern("blocks4k"), config, config.capacity_bytes, 1);
  Walker random(*find_pattern("random"), config, 128, 1);
  for (unsigned i = 0; i < 1000; ++i) {
    EXPECT_EQ(sequential.next(), 64u * i);
    EXPECT_EQ(strided.next(), 1088u * i);
    EXPECT_EQ(blocks.next() % 4096, 0u);
    EXPECT_THAT(random.next(), ::testing::AnyOf(0u, 64u));
  }
}

TEST(Walker, stays_in_the_memory) {
  for (const Pattern& pattern : patterns) {
    Walker walker(pattern, round_memory(), 10 * 4096 + 64, 1);
    for (unsigned i = 0; i < 3000; ++i) EXPECT_LE(walker.next() + walker.bytes(), 10u * 4096 + 64) << pattern.name;
  }
}

TEST(LoadCurve, offers_loads_in_even_steps) {
  const dram::Config config = preset("llw-dram");  // 128 GB/s
  const std::vector<std::uint64_t> loads = offered_loads(config, 11);
  ASSERT_EQ(loads.size(), 11u);
  EXPECT_EQ(loads.front(), 6400000000u) << "5 %";
  for (unsigned i = 1; i < 11; ++i) EXPECT_EQ(loads[i], i * 12800000000u);
  EXPECT_EQ(offered_loads(config, 41).front(), 1600000000u) << "half a step of 2.5 %";
}

// Of 16 lines in a row of four banks' worth, the first closes another row: 15 hits, one conflict.
TEST(LoadCurve, unloaded_sequential_reads_take_what_the_timing_says) {
  const Curve curve = curve_of(round_memory(), "sequential");
  EXPECT_EQ(curve.unloaded.reads.max(), row_conflict);
  EXPECT_NEAR(static_cast<double>(curve.unloaded.reads.percentile(50).value), 25000, 0.016 * 25000);
  EXPECT_NEAR(mean_of(curve.unloaded), (15 * 25 + 55) / 16.0, 0.1);
}

TEST(LoadCurve, unloaded_random_reads_nearly_always_close_a_row) {
  const Curve curve = curve_of(round_memory(), "random");
  EXPECT_NEAR(mean_of(curve.unloaded), 55, 0.5);
}

// 5 % of the bus are one line in 320 ns; it waits for another one's 16 ns in one case of twenty, for half of them.
TEST(LoadCurve, a_low_load_adds_next_to_nothing) {
  const Curve curve = curve_of(round_memory(), "sequential");
  EXPECT_GE(mean_of(curve.points.front()), (15 * 25 + 55) / 16.0 - 0.3);
  EXPECT_LE(mean_of(curve.points.front()), (15 * 25 + 55) / 16.0 + 1.5);
}

TEST(LoadCurve, saturated_sequential_reads_reach_peak_less_refresh) {
  const dram::Config config = refreshing();
  const double bound = 12.8 * (1 - 210.0 / 3906);
  const double reached = gbps_of(curve_of(config, "sequential").saturated);
  EXPECT_LE(reached, bound * 1.001);
  EXPECT_GE(reached, bound * 0.97);  // rows are closed before a refresh and opened behind it
}

TEST(LoadCurve, saturated_random_bursts_stay_below_their_bounds) {
  // Facts of the banks: four ACTs in tFAW, one in tRC for each bank; a line is a burst of 64 bytes here.
  const dram::Config config = preset("llw-dram", {"channels=1"});
  const double faw = 4 * 64 / 16.0, banks = 8 * 64 / 36.0;
  const double reached = gbps_of(curve_of(config, "random").saturated);
  EXPECT_LE(reached, std::min({faw, banks, 16.0}));
  EXPECT_GE(reached, 0.7 * std::min({faw, banks, 16.0}));
}

TEST(LoadCurve, loads_ascend_and_are_served) {
  for (const char* pattern : {"sequential", "random", "strided", "blocks4k"}) {
    const Curve curve = curve_of(preset("lpddr5x-8533", {"channels=1"}), pattern, 70, 8);
    ASSERT_FALSE(curve.points.empty());
    for (std::size_t i = 0; i < curve.points.size(); ++i) {
      const LoadPoint& point = curve.points[i];
      EXPECT_GT(point.load.bytes_per_second, i == 0 ? 0 : curve.points[i - 1].load.bytes_per_second);
      EXPECT_NEAR(gbps_of(point), static_cast<double>(point.load.bytes_per_second) * 1e-9, 0.1 * gbps_of(point));
      EXPECT_LT(rate_of(point), rate_of(curve.saturated));
    }
    EXPECT_GT(mean_of(curve.points.back()), mean_of(curve.points.front()));
  }
}

TEST(LoadCurve, the_knee_is_where_the_latency_has_doubled) {
  const Curve curve = curve_of(preset("llw-dram", {"channels=1"}), "random", 100, 21);
  ASSERT_TRUE(curve.knee_reached);
  const double twice = 2 * mean_of(curve.unloaded);
  for (const LoadPoint& point : curve.points) {
    EXPECT_EQ(point.load.bytes_per_second < curve.knee_bytes_per_second, mean_of(point) < twice);
  }
  EXPECT_LT(curve.knee_bytes_per_second, rate_of(curve.saturated));
}

TEST(LoadCurve, writes_alone_are_judged_by_their_entry) {
  const Curve curve = curve_of(preset("llw-dram", {"channels=1"}), "sequential", 0);
  EXPECT_EQ(curve.unloaded.reads.samples(), 0u);
  EXPECT_GT(curve.unloaded.writes.samples(), 100u);
  EXPECT_EQ(&curve.unloaded.latency(), &curve.unloaded.writes);
}

TEST(LoadCurve, fidelities_agree) {
  CurveOptions options = options_of("blocks4k", 70, 3);
  const Curve fast = load_curves(preset("lpddr5x-8533"), options).front();
  options.fidelity = dram::Fidelity::detailed;
  const Curve detailed = load_curves(preset("lpddr5x-8533"), options).front();
  EXPECT_EQ(rate_of(fast.saturated), rate_of(detailed.saturated));
  ASSERT_EQ(fast.points.size(), detailed.points.size());
  for (std::size_t i = 0; i < fast.points.size(); ++i)
    EXPECT_EQ(fast.points[i].reads.mean(), detailed.points[i].reads.mean());
}

// --- scales and picture

TEST(Scales, round_numbers_enclose_all_latencies) {
  Curve curve;
  curve.unloaded.reads.add(units::nanoseconds(48));
  LoadPoint point;
  point.reads.add(units::nanoseconds(760));
  curve.points.push_back(point);
  const LatencyScale scale({curve}, 1000);
  EXPECT_EQ(scale.ticks().front(), units::nanoseconds(30));
  EXPECT_EQ(scale.ticks().back(), units::nanoseconds(1000));
  EXPECT_EQ(scale.at(units::nanoseconds(30)), 0u);
  EXPECT_EQ(scale.at(units::nanoseconds(1000)), 1000u);
  EXPECT_EQ(scale.at(units::nanoseconds(1)), 0u) << "outside: at the edge";
  // 1000 x log(300/30) / log(1000/30)
  EXPECT_NEAR(static_cast<double>(scale.at(units::nanoseconds(300))), 656.6, 1.0);
}

TEST(Scales, loads_have_about_six_ticks) {
  const LoadScale scale(68264000000, 380);
  EXPECT_EQ(scale.at(0), 0u);
  EXPECT_EQ(scale.at(68264000000), 380u);
  EXPECT_EQ(scale.ticks().size(), 7u) << "0, 10, .. 60 GB/s";
}

TEST(Picture, has_a_panel_for_each_pattern_and_the_same_bytes_twice) {
  CurvesRecord record;
  record.memory = round_memory();
  record.fidelity = "fast";
  record.options = options_of("random", 100, 3);
  record.options.patterns.push_back(find_pattern("blocks4k"));
  record.provenance.preset = "a<b&c";
  record.curves = load_curves(record.memory, record.options);
  const std::string svg = curves_svg(record);
  EXPECT_THAT(svg, AllOf(HasSubstr("random: lines anywhere"), HasSubstr("blocks4k: "), HasSubstr("a&lt;b&amp;c"),
                         HasSubstr("load in GB/s, peak 4.0"), HasSubstr("mean latency in ns"),
                         HasSubstr("prefers-color-scheme: dark"), HasSubstr(">100 %<")));
  record.curves = load_curves(record.memory, record.options);
  EXPECT_EQ(curves_svg(record), svg);
}

}  // namespace
}  // namespace takt::replay::testing
