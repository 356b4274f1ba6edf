// The memory presets: what the names promise, the published energies, and how presets extend each other.
#include <gmock/gmock.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "models/base/embedded_file.h"
#include "sim/config/config_error.h"
#include "sim/config/load.h"

namespace takt {
extern const EmbeddedFile preset_files[];
extern const unsigned preset_files_count;
}  // namespace takt

namespace takt::config {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string error_of(const std::string& name, const Overrides& overrides = {}) {
  try {
    load_memory(name, overrides);
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "no error";
}

// GB/s of all channels, from the standards' data rates and widths.
TEST(MemoryPresets, HaveThePeakTheirNamesPromise) {
  const std::map<std::string, double> peaks = {
      {"llw-dram", 128},        {"llw-dram-fast", 128}, {"llw-dram-slow", 128}, {"llw-dram-r1", 256},
      {"lpw-dram-2028", 204.8}, {"lpddr4-3200", 25.6},  {"lpddr4x-4266", 34.1}, {"lpddr5-6400", 51.2},
      {"lpddr5x-8400", 67.2},   {"lpddr5x-8533", 68.3}, {"lpddr5x-9600", 76.8}, {"lpddr5x-10667", 85.3},
      {"lpddr6-10667", 113.8},  {"hbm3", 819.2},        {"wideio2-1066", 34.1}};
  std::set<std::string> listed;
  for (const PresetName& p : list_memories()) {
    listed.insert(p.name);
    ASSERT_EQ(peaks.count(p.name), 1u) << p.name;
    const double peak = static_cast<double>(peak_bytes_per_second(load_memory(p.name))) / 1e9;
    EXPECT_NEAR(peak, peaks.at(p.name), 0.05) << p.name;
    char text[32];
    std::snprintf(text, sizeof text, "%.1f GB/s", peak);
    std::string shown = text;
    if (const std::size_t zero = shown.find(".0 "); zero != std::string::npos) shown.erase(zero, 2);
    EXPECT_THAT(p.description, HasSubstr(shown)) << p.name;
  }
  EXPECT_EQ(listed.size(), peaks.size());
}

// A burst on the pins takes whole clocks, the number that the standards give for it.
TEST(MemoryPresets, HaveBurstsOfTheStandardsLength) {
  const std::map<std::string, unsigned> clocks = {{"llw-dram", 4},     {"lpddr4-3200", 8},  {"lpddr5-6400", 2},
                                                  {"lpddr5x-8533", 2}, {"lpddr6-10667", 6}, {"hbm3", 2},
                                                  {"wideio2-1066", 2}};
  for (const auto& [name, expected] : clocks) {
    const dram::Config m = load_memory(name);
    const std::uint64_t beats = std::uint64_t{m.burst_bytes} * 8 / m.bus_bits;
    EXPECT_EQ(beats * m.clock_hz, expected * m.data_rate_mbps * 1000000) << name;
    EXPECT_EQ(m.ccd_s_cycles, expected) << name;
  }
}

// Clocks of a figure, rounded up; a hundredth of a clock above a whole one is the datasheet's rounding (JESD79-4,
// section 10).
std::uint64_t clocks_of(const dram::Config& m, std::uint64_t ps) {
  const double clocks = static_cast<double>(ps) * static_cast<double>(m.clock_hz) / 1e12;
  return static_cast<std::uint64_t>(clocks - 0.01 + 1);
}

TEST(MemoryPresets, Lpddr5xRoundsToTheClocksOfItsSpeedBin) {
  const dram::Config m = load_memory("lpddr5x-8533");
  const std::uint64_t figures[] = {m.rcd_ps, m.rp_ps,  m.rp_ab_ps, m.ras_ps, m.rl_ps,
                                   m.wl_ps,  m.rrd_ps, m.faw_ps,   m.wr_ps,  m.wtr_s_ps};
  const std::uint64_t expected[] = {20, 20, 23, 45, 23, 12, 4, 16, 37, 7};
  for (std::size_t i = 0; i < std::size(expected); ++i) EXPECT_EQ(clocks_of(m, figures[i]), expected[i]) << i;
  EXPECT_EQ(clocks_of(m, m.wtr_l_ps), 13u + 2);  // tWTR_L, and BL/n_max less BL/n_min
  EXPECT_EQ(clocks_of(m, m.rtp_ps), 8u + 2);     // nRBTP, and BL/n_min
  const dram::Config fast = load_memory("lpddr5x-9600");
  EXPECT_EQ(clocks_of(fast, fast.rl_ps), 26u);
  EXPECT_EQ(clocks_of(fast, fast.wl_ps), 14u);
  EXPECT_EQ(fast.rl_ps, m.rl_ps);
}

// Ramulator 2.1, LPDDR5_6400 and LPDDR6_10667_BL24; DRAMSys 5.5, JEDEC_8Gb_LPDDR4-3200_16bit.
TEST(MemoryPresets, RoundToTheClocksOfThePeersTheyMirror) {
  const dram::Config five = load_memory("lpddr5-6400");
  EXPECT_EQ(clocks_of(five, five.rl_ps), 17u);
  EXPECT_EQ(clocks_of(five, five.wl_ps), 9u);
  EXPECT_EQ(clocks_of(five, five.rcd_ps), 15u);
  EXPECT_EQ(clocks_of(five, five.rp_ps), 15u);
  EXPECT_EQ(clocks_of(five, five.rp_ab_ps), 17u);
  EXPECT_EQ(clocks_of(five, five.ras_ps), 34u);
  EXPECT_EQ(clocks_of(five, five.wr_ps), 28u);
  EXPECT_EQ(clocks_of(five, five.rtp_ps), 8u);
  EXPECT_EQ(clocks_of(five, five.wtr_l_ps), 10u + 2);  // nWTRL after nBL_max 4 instead of nBL_min 2
  EXPECT_EQ(clocks_of(five, five.refi_ps), 3125u);
  const dram::Config six = load_memory("lpddr6-10667");
  EXPECT_EQ(clocks_of(six, six.rl_ps), 56u);
  EXPECT_EQ(clocks_of(six, six.wl_ps), 26u);
  EXPECT_EQ(clocks_of(six, six.rcd_ps), 48u);
  EXPECT_EQ(clocks_of(six, six.rcd_write_ps), 22u);
  EXPECT_EQ(clocks_of(six, six.rp_ps), 107u);
  EXPECT_EQ(clocks_of(six, six.rp_ab_ps), 115u);
  EXPECT_EQ(clocks_of(six, six.faw_ps), 40u);
  const dram::Config four = load_memory("lpddr4-3200");
  EXPECT_EQ(clocks_of(four, four.rcd_ps), 29u);
  EXPECT_EQ(clocks_of(four, four.ras_ps), 68u);
  const std::uint64_t rl = clocks_of(four, four.rl_ps);
  const std::uint64_t wl = clocks_of(four, four.wl_ps);
  EXPECT_EQ(rl + 8 + four.rtw_gap_cycles - wl, 28u + 6 + 8 - 14 + 2);    // RL + DQSCK + BL - WL + WPRE
  EXPECT_EQ(wl + 8 + clocks_of(four, four.wtr_l_ps), 14u + 1 + 8 + 16);  // WL + 1 + BL + WTR
  EXPECT_EQ(wl + 8 + clocks_of(four, four.wr_ps), 2u + 14 + 1 + 8 + 29);
}

// Picojoules per bit of reading row after row at full rate: every row is opened once, standby is that of an open bank,
// and refresh takes its energy and, where it takes all banks, its time.
double streaming_read_pj_per_bit(const dram::Config& m) {
  const dram::Energy& e = m.energy;
  const bool all = m.refresh == dram::Refresh::all_bank;
  const double refi = static_cast<double>(m.refi_ps);
  const double busy = refi - (all ? static_cast<double>(m.rfc_ab_ps) : 0);
  const double bits = busy * static_cast<double>(m.data_rate_mbps * m.bus_bits) / 1e6;  // per channel and interval
  const double reads = bits / (m.burst_bytes * 8.0);
  const double rows = bits / (m.page_bytes * 8.0);
  const double refresh = all ? static_cast<double>(e.refresh_all_bank_aj)
                             : static_cast<double>(e.refresh_per_bank_aj) * m.bank_groups * m.banks_per_group;
  const double standby = static_cast<double>(e.active_standby_uw + e.wck_uw) * refi;  // 1 uW x 1 ps = 1 aJ
  const double total = reads * static_cast<double>(e.read_aj) + rows * static_cast<double>(e.activate_aj) + refresh;
  return (total + standby) / bits / 1e6;
}

TEST(MemoryPresets, StreamAtThePublishedEnergyPerBit) {
  const struct {
    const char* name;
    double pj_per_bit;
  } rows[] = {
      {"llw-dram", 1.2},                                // Samsung 2023
      {"llw-dram-r1", 1.2},                             // the same die
      {"lpw-dram-2028", 1.87},                          // Samsung, TrendForce 2025
      {"lpddr5x-9600", 4.1},                            // Samsung ISSCC 2025: LPW's 1.9 pJ/bit is 54 % less
      {"lpddr5x-8533", 4.1},   {"lpddr6-10667", 3.28},  // SK hynix 2026: 20 % less than LPDDR5X
      {"lpddr5-6400", 5.1},                             // Samsung 2021: LPDDR5X takes 20 % less than LPDDR5
      {"hbm3", 3.9},                                    // Samsung 2025, of HBM3E
  };
  for (const auto& row : rows) {
    EXPECT_NEAR(streaming_read_pj_per_bit(load_memory(row.name)), row.pj_per_bit, 0.05 * row.pj_per_bit) << row.name;
  }
}

// 8.5 pJ/bit of commands is the datasheet's worst case: 2.17 nJ for 32 bytes.
TEST(MemoryPresets, CurrentsBecomeEnergies) {
  const dram::Config m = load_memory("lpddr4-3200");
  EXPECT_EQ(m.energy.read_aj, 2168375000u);  // tests/dram/currents_test.cpp
  EXPECT_EQ(m.energy.activate_aj, 1204687500u);
  EXPECT_EQ(m.energy.wck_uw, 0u);
  EXPECT_EQ(m.energy.phy_byte_aj, 16000000u);
  // Twice the current of one rail above standby: 1.1 V x 245 mA x 5 ns more.
  EXPECT_EQ(load_memory("lpddr4-3200", {"currents.vdd2.idd4r_ma=520"}).energy.read_aj, 2168375000u + 1347500000u);
  // LPDDR4X: the core's charge stays, the I/O rail shrinks with the square of its voltage.
  EXPECT_LT(load_memory("lpddr4x-4266").energy.read_aj, m.energy.read_aj * 4 / 5);
}

class Files : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              (std::string("takt_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // The path of a new file.
  std::string write(const std::string& name, const std::string& text) const {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

 private:
  std::filesystem::path folder_;
};

const std::string leaf = ", mark = \"derived\", source = \"test\" }\n";

TEST_F(Files, AChildGivesSingleKeysAndInheritsTheRest) {
  write("mine.toml",
        "extends = \"lpddr5x-9600\"\nrcd_ns = { value = 17.5" + leaf + "[policy]\nrow_hit_cap = { value = 4" + leaf);
  const std::string grandchild = write("deep.toml", "extends = \"./mine.toml\"\nrp_ns = { value = 16" + leaf);
  const dram::Config m = load_memory(grandchild);
  dram::Config expected = load_memory("lpddr5x-9600");
  EXPECT_EQ(m.rcd_ps, 17500u);
  EXPECT_EQ(m.rp_ps, 16000u);
  EXPECT_EQ(m.policy.row_hit_cap, 4u);
  EXPECT_EQ(m.ras_ps, expected.ras_ps);
  EXPECT_EQ(m.energy.read_aj, expected.energy.read_aj);
  EXPECT_EQ(m.policy.read_queue_bursts, expected.policy.read_queue_bursts);
  EXPECT_EQ(m.name, "deep");
}

TEST(Inheritance, TheOriginIsTheFileThatGaveTheValue) {
  const Scenario s = load_scenario("default", {"memory.lpddr5x.rcd_write_ns=17"});
  std::map<std::string, std::string> origins;
  for (const ResolvedKey& key : s.keys) origins[key.path] = key.origin;
  EXPECT_THAT(origins.at("memory.lpddr5x.data_rate_mbps"), StartsWith("preset memory/lpddr5x-8533.toml:"));
  EXPECT_THAT(origins.at("memory.lpddr5x.faw_ns"), StartsWith("preset memory/lpddr5x.toml:"));
  EXPECT_THAT(origins.at("memory.lpddr5x.ras_ns"), StartsWith("preset memory/lpddr5.toml:"));
  EXPECT_EQ(origins.at("memory.lpddr5x.rcd_write_ns"), "--set");
}

TEST(Inheritance, ResolvedCurrentsReadBack) {
  const Overrides set = {"memory.lpddr5x.preset=lpddr4-3200", "memory.lpddr5x.currents.vddq.voltage_mv=600"};
  const Scenario first = load_scenario("default", set);
  const Scenario second = parse_scenario(resolved_toml(first), "out/x/resolved.toml");
  EXPECT_EQ(config_hash(first), config_hash(second));
  const dram::Energy& a = find_memory(first.config.soc, "lpddr5x")->dram.energy;
  const dram::Energy& b = find_memory(second.config.soc, "lpddr5x")->dram.energy;
  EXPECT_EQ(a.read_aj, 1347500000u + 447750000u);  // VDD2 as before, 0.6 V x 149.25 mA x 5 ns
  EXPECT_EQ(a.read_aj, b.read_aj);
}

TEST(Inheritance, FamiliesAreNeitherListedNorChosen) {
  for (const PresetName& p : list_memories()) EXPECT_NE(p.name, "lpddr5");
  EXPECT_THAT(error_of("lpddr5x"), HasSubstr("found 'lpddr5x', a family of memory presets, expected one of takt list"));
}

TEST_F(Files, WhatIsMissingIsBlamedOnTheFileChosen) {
  const std::string path = write("m.toml", "extends = \"lpddr5x\"\n");
  EXPECT_THAT(error_of(path), StartsWith(path + ": found no key 'data_rate_mbps'"));
}

TEST_F(Files, AnUnknownPresetToExtendIsRefused) {
  const std::string path = write("m.toml", "description = \"x\"\nextends = \"lpddr5y\"\n");
  EXPECT_THAT(error_of(path), StartsWith(path + ":2:11: found no memory preset 'lpddr5y'"));
  EXPECT_THAT(error_of(path), HasSubstr("(nearest 'lpddr5')"));
  const std::string wrong = write("w.toml", "extends = 5\n");
  EXPECT_THAT(error_of(wrong), StartsWith(wrong + ":1:11: found an integer for 'extends'"));
  const std::string gone = write("g.toml", "extends = \"gone.toml\"\n");
  EXPECT_THAT(error_of(gone), StartsWith(gone + ":1:11: found no file "));
  const std::string family = write("f.toml", "family = \"yes\"\n");
  EXPECT_THAT(error_of(family), StartsWith(family + ":1:10: found a string for 'family'"));
}

TEST_F(Files, ACycleIsRefused) {
  const std::string a = write("a.toml", "extends = \"b.toml\"\n");
  const std::string b = write("b.toml", "\nextends = \"a.toml\"\n");
  EXPECT_THAT(error_of(a), StartsWith(b + ":2:11: found 'a.toml', which extends this preset in turn"));
  const std::string self = write("self.toml", "extends = \"./self.toml\"\n");
  EXPECT_THAT(error_of(self), HasSubstr(":1:11: found a chain of more than 8 presets"));
}

TEST_F(Files, ASocPresetExtendsAnother) {
  const std::string mine =
      write("mine.toml", "extends = \"snapdragon-8-gen-2-like\"\n[npu]\nclock_hz = { value = 900000000" + leaf);
  const std::string yours = write("yours.toml", "extends = \"mine.toml\"\n[app_cpu]\nwake_ns = { value = 1" + leaf);
  const SocConfig soc = load_soc(yours), base = load_soc("snapdragon-8-gen-2-like");
  EXPECT_EQ(soc.name, "yours");
  EXPECT_EQ(soc.npu.clock_hz, 900000000u);
  EXPECT_EQ(soc.app_cpu.wake_ns, 1u);
  EXPECT_EQ(soc.npu.scratchpad_bytes, base.npu.scratchpad_bytes);
  EXPECT_EQ(soc.memories.at(0).dram.name, base.memories.at(0).dram.name);
  const auto refused = [](const std::string& path) -> std::string {
    try {
      load_soc(path);
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "no error";
  };
  const std::string a = write("sa.toml", "extends = \"sb.toml\"\n"), b = write("sb.toml", "extends = \"sa.toml\"\n");
  EXPECT_THAT(refused(a), StartsWith(b + ":1:11: found 'sa.toml', which extends this preset in turn"));
  EXPECT_THAT(refused(write("sc.toml", "extends = \"nowhere\"\n")), HasSubstr(":1:11: found no SoC preset 'nowhere'"));
  EXPECT_THAT(refused(write("sd.toml", "family = true\n")), HasSubstr("family"));
}

// Whatever is left of a preset, it loads or is refused.
TEST_F(Files, EveryTruncationOfAPresetIsHandled) {
  for (unsigned i = 0; i < preset_files_count; ++i) {
    const std::string text = preset_files[i].text;
    if (std::string(preset_files[i].path) != "memory/lpddr4-3200.toml") continue;
    for (std::size_t n = 0; n < text.size(); n += 211) error_of(write("cut.toml", text.substr(0, n)));
  }
}

TEST_F(Files, CurrentsAndEnergiesReplaceEachOther) {
  const std::string both = write("both.toml", "extends = \"lpddr4-3200\"\n[energy]\nread_pj = { value = 1" + leaf +
                                                  "[currents.vdd2]\nidd0_ma = { value = 50" + leaf);
  EXPECT_THAT(error_of(both), StartsWith(both + ":3:1: found 'energy.read_pj' beside [currents]"));
  // Energies drop the inherited currents, so that all of them have to be given.
  const std::string half = write("half.toml", "extends = \"lpddr4-3200\"\n[energy]\nread_pj = { value = 1" + leaf);
  EXPECT_THAT(error_of(half), StartsWith(half + ": found no key 'energy.activate_pj'"));
  // Currents drop the inherited energies; what no current tells stays.
  std::string rail = "extends = \"lpddr5x-9600\"\n[currents.all]\nvoltage_mv = { value = 1000" + leaf;
  for (const char* key : {"idd0", "idd2n", "idd3n", "idd2p", "idd4r", "idd4w", "idd5", "idd5pb", "idd6"}) {
    rail += key + std::string("_ma = { value = 50") + leaf;
  }
  const dram::Config m = load_memory(write("rail.toml", rail));
  EXPECT_EQ(m.energy.read_aj, 0u);  // no more than standby
  EXPECT_EQ(m.energy.active_standby_uw, 50000u);
  EXPECT_EQ(m.energy.phy_byte_aj, 14000000u);
  EXPECT_EQ(m.energy.wck_uw, 6000u);
}

}  // namespace
}  // namespace takt::config
