// Keys of device or cloud in a scenario: what arrives, and what is refused where.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/config/config_error.h"
#include "sim/config/load.h"

namespace takt::config {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string stream = R"(
[[stream]]
name = "chat"
model = "stories15m"
arrival = "closed_loop"
concurrency = 1
requests = 1
prompt_tokens = 8
answer_tokens = 8
)";
const std::string plain = "soc = \"exynos-llw-like\"\n[firmware]\npolicy = \"fcfs\"\n" + stream;
const std::string offload = R"(
[offload]
link.preset = "lte"
cloud.preset = "h100-8b-2026-10"
device_mw = 3000
)";

std::string error_of(const std::string& text, const Overrides& overrides = {}) {
  try {
    parse_scenario(text, "s.toml", overrides);
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "was loaded";
}

TEST(OffloadKeys, WithoutThemNothingIsThere) {
  const Scenario scenario = parse_scenario(plain, "s.toml");
  EXPECT_FALSE(scenario.config.offload.enabled);
  EXPECT_TRUE(std::none_of(scenario.keys.begin(), scenario.keys.end(), [](const ResolvedKey& key) {
    return key.path.rfind("offload.", 0) == 0 || key.path == "stream.chat.private_percent";
  }));
}

TEST(OffloadKeys, Arrive) {
  const std::string text = plain + R"(private_percent = 2.5
quality = 3
quality_max = 9
device_quality = 5
device_tokens = 100
upload_kib = 2
cloud_cached_tokens = 7
)" + offload + R"(latency_weight = 0.5
energy_weight = 2
price_weight = 3
deadline_ms = 2500.5
energy_reference_mj = 20000
price_reference_usd = 0.00025
hysteresis_percent = 12.5
battery_floor_percent = 20
skin_limit_c = 41.5
cloud_requests = 100
minute_of_day = 990
request_bytes = 1
prompt_token_bytes = 2
answer_token_bytes = 3
online = false
battery_percent = 50.5
[offload.phase.late]
from_us = 2000
charging = true
[offload.phase.home]
from_us = 1000
battery_percent = 10
)";
  const ScenarioConfig s = parse_scenario(text, "s.toml", {"offload.link.round_trip_ms=35"}).config;
  const OffloadConfig& o = s.offload;
  ASSERT_TRUE(o.enabled);
  EXPECT_EQ(o.link.up_kbps, 6000u);
  EXPECT_EQ(o.link.round_trip, units::milliseconds(35));
  ASSERT_EQ(o.cloud.curve.size(), 7u);
  EXPECT_EQ(o.cloud.curve[1].requests, 5u);  // by load, not by name
  EXPECT_EQ(o.guideline.latency_weight, 500u);
  EXPECT_EQ(o.guideline.energy_weight, 2000u);
  EXPECT_EQ(o.guideline.price_weight, 3000u);
  EXPECT_EQ(o.guideline.deadline, units::microseconds(2500500));
  EXPECT_EQ(o.guideline.energy_reference, 20000000000000000u);
  EXPECT_EQ(o.guideline.price_reference, 250000000u);
  EXPECT_EQ(o.guideline.hysteresis, 125u);
  EXPECT_EQ(o.guideline.battery_floor, 200u);
  EXPECT_EQ(o.guideline.skin_limit_mc, 41500);
  EXPECT_EQ(o.device_mw, 3000u);
  EXPECT_EQ(o.cloud_requests, 100u);
  EXPECT_EQ(o.minute_of_day, 990u);
  EXPECT_EQ(o.request_bytes + o.prompt_token_bytes + o.answer_token_bytes, 6u);
  ASSERT_EQ(o.phases.size(), 3u);
  EXPECT_FALSE(o.phases[0].online);
  EXPECT_EQ(o.phases[0].battery, 505u);
  EXPECT_EQ(o.phases[1].name, "home");
  EXPECT_EQ(o.phases[1].battery, 100u);
  EXPECT_TRUE(o.phases[1].online);
  EXPECT_EQ(o.phases[2].from_us, 2000u);
  EXPECT_TRUE(o.phases[2].charging);
  const StreamOffloadConfig& chat = s.streams[0].offload;
  EXPECT_EQ(chat.private_share, 2500u);
  EXPECT_EQ(chat.quality, 3u);
  EXPECT_EQ(chat.quality_max, 9u);
  EXPECT_EQ(chat.device_quality, 5u);
  EXPECT_EQ(chat.device_tokens, 100u);
  EXPECT_EQ(chat.upload_bytes, 2048u);
  EXPECT_EQ(chat.cloud_cached_tokens, 7u);
}

TEST(OffloadKeys, AChargeStaysUntilAPhaseSaysOtherwise) {
  const std::string text = plain + offload +
                           "battery_percent = 40\n"
                           "[offload.phase.d]\nfrom_us = 1\nonline = false\n"
                           "[offload.phase.c]\nfrom_us = 2\nbattery_percent = 15\n"
                           "[offload.phase.b]\nfrom_us = 3\n[offload.phase.a]\nfrom_us = 4\n";
  const auto charges = [](const Scenario& scenario) {
    std::vector<std::uint32_t> all;
    for (const OffloadPhase& phase : scenario.config.offload.phases) all.push_back(phase.battery);
    return all;
  };
  const Scenario scenario = parse_scenario(text, "s.toml", {"offload.phase.a.battery_percent=7"});
  EXPECT_EQ(charges(scenario), (std::vector<std::uint32_t>{400, 400, 150, 150, 70}));
  EXPECT_EQ(charges(parse_scenario(resolved_toml(scenario), "again.toml")), charges(scenario));
}

TEST(OffloadKeys, WhatIsResolvedLoadsAgainAsTheSame) {
  const Scenario scenario = parse_scenario(plain + offload + "[offload.phase.tunnel]\nfrom_us = 5\nonline = false\n",
                                           "s.toml", {"offload.cloud.curve.1.token_ms=9"});
  const Scenario again = parse_scenario(resolved_toml(scenario), "again.toml");
  EXPECT_EQ(config_hash(scenario), config_hash(again));
  EXPECT_EQ(estimates(scenario).size(), estimates(again).size());
  EXPECT_NE(config_hash(scenario), config_hash(parse_scenario(plain, "s.toml")));
}

TEST(OffloadKeys, AreRefusedWithPlaceFoundAndExpected) {
  EXPECT_THAT(error_of(plain + "[offload]\ndevice_mw = 1\n"),
              AllOf(HasSubstr("s.toml:13"), HasSubstr("no key 'offload.link.preset'"), HasSubstr("takt list links")));
  EXPECT_THAT(error_of(plain + "[offload]\nlink.preset = \"lte\"\n"), HasSubstr("no key 'offload.cloud.preset'"));
  EXPECT_THAT(error_of(plain + "[offload]\nlink.preset = \"ltee\"\n"), HasSubstr("nearest 'lte'"));
  EXPECT_THAT(error_of(plain + "private_percent = 1\n"), HasSubstr("private_percent"));
  const std::string given = plain + offload;
  EXPECT_THAT(error_of(given, {"offload.deadline_ms=0"}), HasSubstr("more than 0"));
  EXPECT_THAT(error_of(given, {"offload.energy_reference_mj=0"}), HasSubstr("more than 0"));
  EXPECT_THAT(error_of(given, {"offload.price_reference_usd=0"}), HasSubstr("more than 0"));
  EXPECT_THAT(error_of(given, {"offload.link.up_mbps=0"}), HasSubstr("more than 0"));
  EXPECT_THAT(error_of(given, {"offload.battery_percent=100.1"}), HasSubstr("from 0 to 100"));
  EXPECT_THAT(error_of(given, {"offload.cloud.curve.250.requests=150"}), HasSubstr("another load"));
  EXPECT_THAT(error_of(given, {"stream.chat.quality=5", "stream.chat.quality_max=4"}), HasSubstr("at least quality"));
  EXPECT_THAT(error_of(given, {"stream.chat.turns=2"}), HasSubstr("private_percent = 100"));
  EXPECT_EQ(error_of(given, {"stream.chat.turns=2", "stream.chat.private_percent=100"}), "was loaded");
  EXPECT_THAT(error_of(given + "[offload.phase.a]\nonline = false\n"), HasSubstr("no key 'offload.phase.a.from_us'"));
  EXPECT_THAT(error_of(given + "[offload.phase.a]\nfrom_us = 5\n[offload.phase.b]\nfrom_us = 5\n"),
              AllOf(HasSubstr("s.toml:"), HasSubstr("another time")));
  EXPECT_THAT(error_of(given, {"stream.chat.prompt_tokens=0", "stream.chat.answer_tokens=0", "stream.chat.quality=1"}),
              HasSubstr("single inferences stay on the device"));
}

}  // namespace
}  // namespace takt::config
