// Links and clouds as files: the figures that their sources give, and messages.
#include "sim/config/offload_presets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/config/config_error.h"
#include "sim/config/offload_presets.h"

namespace takt::config {
namespace {

using testing::HasSubstr;
using units::microseconds;
using units::milliseconds;

template <class Work>
std::string error_of(Work work) {
  try {
    work();
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "was loaded";
}

TEST(OffloadPresets, AllOfThemLoad) {
  ASSERT_EQ(list_links().size(), 3u);
  for (const PresetName& link : list_links()) {
    EXPECT_GT(load_link(link.name).down_kbps, load_link(link.name).up_kbps) << link.name;
    EXPECT_FALSE(link.description.empty()) << link.name;
  }
  ASSERT_FALSE(list_clouds().empty());
  for (const PresetName& cloud : list_clouds()) EXPECT_FALSE(load_cloud(cloud.name).curve.empty()) << cloud.name;
}

// Huang et al., MobiSys 2012.
TEST(OffloadPresets, LteIsThePublishedModel) {
  const offload::Link link = load_link("lte");
  EXPECT_EQ(link.up_kbps, 6000u);
  EXPECT_EQ(link.down_kbps, 13000u);
  EXPECT_EQ(link.promotion, milliseconds(260));
  EXPECT_EQ(link.up_uw_per_mbps, 438390u);
  EXPECT_EQ(link.down_uw_per_mbps, 51970u);
  EXPECT_EQ(link.tail, milliseconds(11600));
  EXPECT_EQ(link.tail_mw, 1060u);
}

// NVIDIA NIM 1.8.0, Llama-3.1-8B: a hundred requests at once, the first token after 120 ms, 7.57 ms a token.
TEST(OffloadPresets, TheCloudHasTheMeasuredCurveAndTheDatedPrices) {
  const offload::Cloud cloud = load_cloud("h100-8b-2026-10");
  ASSERT_EQ(cloud.curve.size(), 7u);
  EXPECT_EQ(cloud.curve.front().requests, 1u);
  EXPECT_EQ(cloud.curve.back().requests, 250u);
  EXPECT_EQ(offload::first_token(cloud, 100), cloud.overhead + milliseconds(120));
  EXPECT_EQ(offload::per_token(cloud, 100), microseconds(7570));
  // A million tokens of each kind at peak: 0.30 + 0.006 + 1.20 dollars.
  EXPECT_EQ(offload::price(cloud, {2000000, 1000000, 1000000}, 600), 1506000000000u);
  EXPECT_EQ(offload::price(cloud, {2000000, 1000000, 1000000}, 0), 753000000000u);
}

TEST(OffloadPresets, KeysCanBeReplaced) {
  EXPECT_EQ(load_link("lte", {"round_trip_ms=35.5"}).round_trip, microseconds(35500));
  EXPECT_EQ(load_cloud("h100-8b-2026-10", {"peak.answer_usd_per_million=25"}).peak.answer, 25000000u);
}

TEST(OffloadPresets, WhatIsWrongIsNamed) {
  EXPECT_THAT(error_of([] { load_link("let"); }), HasSubstr("no link 'let', expected one of takt list"));
  EXPECT_THAT(error_of([] { load_link("let"); }), HasSubstr("(nearest 'lte')"));
  EXPECT_THAT(error_of([] { load_link("lte", {"up_mbps=0"}); }), HasSubstr("0 for 'up_mbps', expected more than 0"));
  EXPECT_THAT(error_of([] { load_link("lte", {"tale_ms=1"}); }), HasSubstr("(nearest 'tail_ms')"));
  EXPECT_THAT(error_of([] { load_cloud("h100-8b-2026-10", {"curve.5.requests=25"}); }),
              HasSubstr("expected another load than that of curve."));
  EXPECT_THAT(error_of([] { load_cloud("h100-8b-2026-10", {"off_peak.end_minute=1440"}); }),
              HasSubstr("'1440' for 'off_peak.end_minute'"));
}

}  // namespace
}  // namespace takt::config
