// What a scenario file says arrives in the structs.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "sim/config/config_error.h"
#include "sim/config/load.h"

namespace takt::config {
namespace {

const char* const small = R"(
soc = "exynos-llw-like"
seed = 7
[firmware]
policy = "round-robin"
quantum_us = 500
[run]
measure_us = 1000
[[stream]]
name = "b"
model = "mobilenet_v2"
arrival = "poisson"
rate_per_s = 0.125
start_us = 3
band = "focus"
deadline_us = 9
max_in_flight = 3
max_waiting = 4
drop = "oldest"
[[stream]]
name = "a"
model = "nets/a.tflite"
arrival = "closed_loop"
concurrency = 2
requests = 5
seed = 11
[[traffic]]
name = "display"
port = "display"
kind = "constant"
memory = "llw"
bytes_per_s = 1000000
bytes_per_access = 256
working_set_kib = 64
)";

TEST(Scenario, FillsTheStructs) {
  const ScenarioConfig s = parse_scenario(small, "dir/small.toml").config;
  EXPECT_EQ(s.name, "small");
  EXPECT_EQ(s.soc.name, "exynos-llw-like");
  EXPECT_EQ(s.firmware.policy, "round-robin");
  EXPECT_EQ(s.firmware.quantum_us, 500u);
  EXPECT_EQ(s.run.measure_us, 1000u);
  EXPECT_EQ(static_cast<int>(s.run.drain), static_cast<int>(Drain::finish));
  ASSERT_EQ(s.streams.size(), 2u);
  const StreamConfig& b = s.streams[0];
  EXPECT_EQ(b.name, "b");
  EXPECT_EQ(static_cast<int>(b.arrival), static_cast<int>(Arrival::poisson));
  EXPECT_EQ(b.rate_millihertz, 125u);
  EXPECT_EQ(static_cast<int>(b.band), static_cast<int>(Band::focus));
  EXPECT_EQ(b.start_us, 3u);
  EXPECT_EQ(b.deadline_us, 9u);
  EXPECT_EQ(b.max_in_flight, 3u);
  EXPECT_EQ(b.max_waiting, 4u);
  EXPECT_EQ(static_cast<int>(b.drop), static_cast<int>(Drop::oldest));
  EXPECT_TRUE(b.model_path.empty());
  EXPECT_EQ(s.streams[1].model, "nets/a.tflite");
  EXPECT_EQ(s.streams[1].model_path, "dir/nets/a.tflite");
  EXPECT_EQ(s.streams[1].concurrency, 2u);
  EXPECT_EQ(s.streams[1].seed, 11u);
  ASSERT_EQ(s.traffic.size(), 1u);
  EXPECT_EQ(s.traffic[0].traffic.name, "display");
  EXPECT_EQ(s.traffic[0].traffic.constant.working_set_bytes, 65536u);
  EXPECT_EQ(s.traffic[0].traffic.seed, effective_seed(7, 0, 2));
}

TEST(Scenario, OverridesWinOverTheFileAndTheFileOverThePreset) {
  const std::string text = std::string("[npu]\nclock_hz = 900000000\n");
  const std::string file = std::string(small).insert(std::string(small).find("[firmware]"), text);
  EXPECT_EQ(parse_scenario(small, "s.toml").config.soc.npu.clock_hz, 1196000000u);
  EXPECT_EQ(parse_scenario(file, "s.toml").config.soc.npu.clock_hz, 900000000u);
  const ScenarioConfig s =
      parse_scenario(file, "s.toml",
                     {"npu.clock_hz=1_000_000_000", "npu.clock_hz=800000000", "stream.b.band=idle",
                      "memory.llw.rcd_ns=10.5", "npu.memory=lpddr5x", "noc.port.npu.credit_bytes=0"})
          .config;
  EXPECT_EQ(s.soc.npu.clock_hz, 800000000u);
  EXPECT_EQ(static_cast<int>(s.streams[0].band), static_cast<int>(Band::idle));
  EXPECT_EQ(s.soc.memories[0].dram.rcd_ps, 10500u);
  EXPECT_EQ(s.soc.npu_memory, "lpddr5x");
  EXPECT_EQ(find_port(s.soc, "npu")->credit_bytes, 0u);
}

TEST(Scenario, OverridesChooseOtherPresets) {
  const ScenarioConfig s =
      parse_scenario(small, "s.toml", {"memory.lpddr5x.preset=lpddr5x-8400", "software.preset=\"qnn-2024-like\""})
          .config;
  EXPECT_EQ(s.soc.memories[1].dram.name, "lpddr5x-8400");
  EXPECT_EQ(s.soc.memories[1].dram.data_rate_mbps, 8400u);
  EXPECT_EQ(s.soc.software.preset, "qnn-2024-like");
}

TEST(Scenario, ShippedOnesLoad) {
  ASSERT_GE(list_scenarios().size(), 2u);
  for (const PresetName& p : list_scenarios()) {
    const Scenario s = load_scenario(p.name);
    EXPECT_EQ(s.config.name, p.name);
    EXPECT_FALSE(s.config.streams.empty());
    EXPECT_FALSE(p.description.empty());
  }
}

TEST(Scenario, TheDefaultIsACameraBesideAHogAndADisplay) {
  const ScenarioConfig s = load_scenario("default").config;
  ASSERT_EQ(s.streams.size(), 2u);
  EXPECT_EQ(s.streams[0].period_us, 33333u);  // 30 frames/s
  EXPECT_GT(s.streams[0].deadline_us, 0u);
  EXPECT_EQ(static_cast<int>(s.streams[0].band), static_cast<int>(Band::realtime));
  EXPECT_EQ(static_cast<int>(s.streams[1].arrival), static_cast<int>(Arrival::closed_loop));
  ASSERT_EQ(s.traffic.size(), 1u);
  EXPECT_EQ(s.traffic[0].traffic.kind, "display");
  EXPECT_EQ(s.soc.npu_memory, "llw");
}

TEST(Scenario, ForAModelRunsItAloneInAClosedLoop) {
  const ScenarioConfig s = scenario_for_model("dir/my net.tflite", "snapdragon-8-gen-2-like", 3).config;
  ASSERT_EQ(s.streams.size(), 1u);
  EXPECT_EQ(s.name, "my_net");
  EXPECT_EQ(s.streams[0].model_path, "dir/my net.tflite");
  EXPECT_EQ(s.streams[0].requests, 3u);
  EXPECT_EQ(s.streams[0].concurrency, 1u);
  EXPECT_EQ(s.run.measure_us, 0u);
  EXPECT_TRUE(s.traffic.empty());
  EXPECT_TRUE(scenario_for_model("resnet50", "exynos-llw-like", 1).config.streams[0].model_path.empty());
  EXPECT_THROW(scenario_for_model("resnet50", "exynos-llw-like", 0), ConfigError);  // it would never end
  EXPECT_THROW(scenario_for_model("resnet50", "nothing-like", 1), ConfigError);
}

TEST(Scenario, ForAModelTakesItsPrecision) {
  const auto precision = [](const std::string& text) {
    return scenario_for_model("resnet50", "exynos-llw-like", 1, {}, {text, {}}).config.streams[0].precision;
  };
  EXPECT_EQ(precision(""), graph::Precision::own);
  EXPECT_EQ(precision("w8a8"), graph::Precision::w8a8);
  EXPECT_EQ(precision("w8a16"), graph::Precision::w8a16);
  EXPECT_EQ(precision("w4a16"), graph::Precision::w4a16);
  EXPECT_EQ(precision("fp16"), graph::Precision::fp16);
  EXPECT_THROW(precision("w2a2"), ConfigError);
}

// A SoC preset beside the scenario is found from the scenario's folder.
TEST(Scenario, ReadsASocPresetFromAFile) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "takt_config_scenario_test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "mine.toml") << "[npu]\nclock_hz = { value = 5, mark = \"estimated\", source = \"x\" }\n";
  std::ofstream(folder / "s.toml") << "soc = \"mine.toml\"\n[firmware]\npolicy = \"fcfs\"\n";
  try {
    load_scenario((folder / "s.toml").string());
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_EQ(e.place().file, (folder / "mine.toml").string());
  }
  std::filesystem::remove_all(folder);
}

// SplitMix64 from state 0: its reference implementation's first outputs.
TEST(Scenario, DrawsSeedsByPosition) {
  EXPECT_EQ(effective_seed(0, 0, 0), 0xe220a8397b1dcdafull);
  EXPECT_EQ(effective_seed(0, 0, 1), 0x6e789e6aa1b965f4ull);
  EXPECT_EQ(effective_seed(0, 5, 1), 5u);
}

}  // namespace
}  // namespace takt::config
