// The shipped presets: complete, marked, sourced, and with the figures their names promise.
#include <gtest/gtest.h>

#include <cstring>
#include <iterator>
#include <tuple>

#include "models/base/embedded_file.h"
#include "sim/config/document.h"
#include "sim/config/load.h"

namespace takt {
extern const EmbeddedFile preset_files[];
extern const unsigned preset_files_count;
}  // namespace takt

namespace takt::config {
namespace {

void expect_marked(const Node& node, const std::string& path) {
  const Node* value = node.find("value");
  if (value == nullptr) {
    ASSERT_EQ(static_cast<int>(node.kind), static_cast<int>(Kind::table)) << path << " is a bare value";
    for (const Member& m : node.members) expect_marked(m.node, path + "." + m.key);
    return;
  }
  ASSERT_NE(node.find("mark"), nullptr) << path;
  ASSERT_NE(node.find("source"), nullptr) << path;
  EXPECT_FALSE(node.find("source")->text.empty()) << path;
  EXPECT_EQ(node.members.size(), 3u) << path;
}

TEST(Presets, EveryFigureHasMarkAndSource) {
  ASSERT_GT(preset_files_count, 0u);
  for (unsigned i = 0; i < preset_files_count; ++i) {
    const Node root = parse_document(preset_files[i].text, preset_files[i].path);
    for (const Member& m : root.members) {
      if (m.key != "description" && m.key != "extends" && m.key != "family")
        expect_marked(m.node, std::string(preset_files[i].path) + " " + m.key);
    }
  }
}

TEST(Presets, AllOfThemLoad) {
  ASSERT_EQ(list_socs().size(), 14u);
  for (const PresetName& p : list_socs()) {
    EXPECT_EQ(load_soc(p.name).name, p.name);
    EXPECT_FALSE(p.description.empty());
  }
  for (const PresetName& p : list_memories()) {
    EXPECT_EQ(load_memory(p.name).name, p.name);
    EXPECT_FALSE(p.description.empty());
  }
  for (const PresetName& p : list_software()) {
    EXPECT_EQ(load_soc("snapdragon-8-gen-2-like", {"software.preset=" + p.name}).software.preset, p.name);
  }
}

TEST(Presets, SnapdragonHasThePublishedShape) {
  const SocConfig soc = load_soc("snapdragon-8-gen-2-like");
  EXPECT_EQ(soc.npu.scratchpad_bytes, 8u << 20);
  const npu::Tensor& t = soc.npu.tensor;
  EXPECT_EQ(t.tile_rows * t.tile_k * t.tile_columns / t.cycles_w8a8, 16384u);
  EXPECT_EQ(t.tile_rows_fp16 * t.tile_k * t.tile_columns / t.cycles_fp16, 4096u);
  EXPECT_EQ(soc.npu.energy.mac_w8a8_aj, 200000u);  // 0.20 pJ
  EXPECT_EQ(soc.system_cache.capacity_bytes, 6u << 20);
  EXPECT_EQ(soc.npu.regular_overhead_cycles, 0u);
  ASSERT_EQ(soc.memories.size(), 1u);
  EXPECT_EQ(peak_bytes_per_second(soc.memories[0].dram), 67200000000u);
  EXPECT_TRUE(soc.system_cache.enabled);
  // Credits over the stated 133.3 ns of latency are 65 % of peak, within the granule of 64 bytes.
  const double share = static_cast<double>(find_port(soc, "npu")->credit_bytes) / 133.3e-9 / 67.2e9;
  EXPECT_NEAR(share, 0.65, 0.01);
}

TEST(Presets, TheNextSnapdragonDiffersInClocksMemoryAndPrimeCore) {
  const SocConfig before = load_soc("snapdragon-8-gen-2-like"), soc = load_soc("snapdragon-8-gen-3-like");
  EXPECT_EQ(soc.npu.clock_hz, 1600000000u);
  EXPECT_EQ(peak_bytes_per_second(soc.memories.at(0).dram), 76800000000u);
  EXPECT_EQ(soc.npu.scratchpad_bytes, before.npu.scratchpad_bytes);
  EXPECT_EQ(soc.npu.tensor.feed_bytes_per_cycle, before.npu.tensor.feed_bytes_per_cycle);
  EXPECT_EQ(soc.system_cache.capacity_bytes, 6u << 20);
  const double share = static_cast<double>(find_port(soc, "npu")->credit_bytes) / 133.3e-9 / 76.8e9;
  EXPECT_NEAR(share, 0.65, 0.01);
}

TEST(Presets, ExynosHasTwoMemoriesInOrderOfAddress) {
  const SocConfig soc = load_soc("exynos-llw-like");
  ASSERT_EQ(soc.memories.size(), 2u);
  EXPECT_EQ(soc.memories[0].name, "llw");
  EXPECT_EQ(soc.memories[1].name, "lpddr5x");
  EXPECT_EQ(soc.npu_memory, "llw");
  EXPECT_FALSE(soc.memories[0].cached);
  EXPECT_TRUE(soc.memories[1].cached);
  EXPECT_EQ(soc.npu.clock_hz, 1196000000u);
  EXPECT_EQ(soc.npu.scratchpad_bytes, 6u << 20);
  ASSERT_EQ(soc.noc.targets.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(soc.noc.targets[i].name, soc.memories[i].name);
    EXPECT_EQ(soc.noc.targets[i].base, soc.memories[i].base);
    EXPECT_EQ(soc.noc.targets[i].bytes, soc.memories[i].dram.capacity_bytes);
    // A target port carries what its memory can: bytes per cycle at the NoC clock, against DRAM peak, within 1 %.
    const double port = static_cast<double>(soc.noc.targets[i].bytes_per_cycle) * static_cast<double>(soc.noc.clock_hz);
    EXPECT_GT(port / static_cast<double>(peak_bytes_per_second(soc.memories[i].dram)), 0.99);
  }
}

// Peaks in units of 10^9 operations and bytes a second: what is published of a chip, or follows from it by the
// arithmetic beside it.
struct Published {
  const char* soc;
  double int8, fp16;  // 2 x MAC per cycle x clock x cores
  double memory;      // pins x data rate / 8, all memories
};

constexpr Published published[] = {
    {"snapdragon-8-gen-2-like", 2 * 16384 * 1.2, 2 * 4096 * 1.2, 64 * 8.4 / 8},
    {"snapdragon-8-gen-3-like", 2 * 16384 * 1.6, 2 * 4096 * 1.6, 64 * 9.6 / 8},
    {"snapdragon-8-elite-like", 2 * 16384 * 2.112, 2 * 4096 * 2.112, 64 * 10.667 / 8},
    {"snapdragon-x-elite-like", 45000, 45000 / 4.0, 135},  // 45 TOPS; 135 GB/s
    {"exynos-2400-like", 2 * 16384 * 1.196, 2 * 4096 * 1.196, 64 * 8.533 / 8},
    {"exynos-llw-like", 2 * 16384 * 1.196, 2 * 4096 * 1.196, 128 + 64 * 8.533 / 8},
    {"llw-only-8g", 2 * 16384 * 1.196, 2 * 4096 * 1.196, 128},
    {"meteor-lake-npu-like", 9500, 9500 / 2.0, 119.5},     // 9.5 TOPS, fp16 at half the rate
    {"apple-ane-like", 19000, 19000, 120},                 // 19 TFLOPS measured, int8 no faster
    {"apple-a15-ane-like", 15800, 15800, 64 * 4.266 / 8},  // 15.8 TOPS; int8 no faster, as of the M4
    {"ascend-310-like", 16000, 8000, 51.2},                // 16 TOPS, 8 TFLOPS
    {"kirin-like", 2 * 2 * 4096, 2 * 2 * 2048, 64 * 4.266 / 8},
    {"furiosa-warboy-like", 64000, 64000 / 32.0, 128 * 4.266 / 8},  // 64 TOPS
    {"furiosa-rngd-like", 512000, 256000, 1500},                    // 512 TOPS, 256 TFLOPS BF16; 1.5 TB/s
};

TEST(Presets, PeaksAreThoseThatArePublished) {
  ASSERT_EQ(std::size(published), list_socs().size());
  for (const Published& p : published) {
    const SocConfig soc = load_soc(p.soc);
    const npu::Tensor& t = soc.npu.tensor;
    const double gigahertz = static_cast<double>(soc.npu.clock_hz) / 1e9;
    const auto rate = [&](std::uint32_t rows, std::uint32_t cycles) {
      return 2.0 * rows * t.tile_k * t.tile_columns / cycles * gigahertz * soc.npu.cores;
    };
    double memory = 0;
    for (const MemoryConfig& m : soc.memories) memory += static_cast<double>(peak_bytes_per_second(m.dram)) / 1e9;
    // A power of two stands for RNGD's 32000 MAC per cycle and core; other published figures have two or three digits.
    const double digits = std::string(p.soc) == "furiosa-rngd-like" ? 0.0241 : 0.002;
    EXPECT_NEAR(rate(t.tile_rows, t.cycles_w8a8) / p.int8, 1, digits) << p.soc;
    EXPECT_NEAR(rate(t.tile_rows_fp16, t.cycles_fp16) / p.fp16, 1, digits) << p.soc;
    EXPECT_NEAR(memory / p.memory, 1, 0.002) << p.soc;
  }
}

// Hot Chips 31: two Lite cores of 4096 int8 MAC and 128 B, a Tiny one of 512 and 32 B. No other preset has two kinds.
TEST(Presets, KirinHasATinyCoreBesideItsTwo) {
  for (const PresetName& p : list_socs()) {
    const npu::Config npu = load_soc(p.name).npu;
    EXPECT_EQ(npu.small_cores, p.name == "kirin-like" ? 1u : 0u) << p.name;
    if (npu.small_cores == 0) continue;
    EXPECT_EQ(npu.cores, 2u);
    for (const auto& [core, macs, bytes] :
         {std::tuple{static_cast<const npu::CoreConfig&>(npu), 4096u, 128u}, {npu.small, 512u, 32u}}) {
      const npu::Tensor& t = core.tensor;
      EXPECT_EQ(t.tile_rows * t.tile_k * t.tile_columns / t.cycles_w8a8, macs);
      EXPECT_EQ(core.vector.pass_bytes_per_cycle, bytes);
    }
  }
}

TEST(Presets, ScratchpadsHaveThePublishedSizes) {
  const std::pair<const char*, std::uint64_t> mebibytes[] = {
      {"snapdragon-8-elite-like", 8}, {"exynos-2400-like", 6},     {"meteor-lake-npu-like", 2 * 2},
      {"apple-ane-like", 32},         {"furiosa-warboy-like", 32}, {"furiosa-rngd-like", 256}};
  for (const auto& [name, size] : mebibytes) {
    const SocConfig soc = load_soc(name);
    EXPECT_EQ(std::uint64_t{soc.npu.scratchpad_bytes} * soc.npu.cores, size << 20) << name;
  }
}

// One NPU in three presets.
TEST(Presets, TheExynosClassesHaveOneNpu) {
  const SocConfig llw = load_soc("exynos-llw-like");
  for (const char* name : {"exynos-2400-like", "llw-only-8g"}) {
    const SocConfig soc = load_soc(name);
    EXPECT_EQ(soc.npu.clock_hz, llw.npu.clock_hz) << name;
    EXPECT_EQ(soc.npu.scratchpad_bytes, llw.npu.scratchpad_bytes) << name;
    EXPECT_EQ(soc.npu.scratchpad_bytes_per_cycle, llw.npu.scratchpad_bytes_per_cycle) << name;
    EXPECT_EQ(std::memcmp(&soc.npu.tensor, &llw.npu.tensor, sizeof llw.npu.tensor), 0) << name;
    EXPECT_EQ(std::memcmp(&soc.npu.vector, &llw.npu.vector, sizeof llw.npu.vector), 0) << name;
    EXPECT_EQ(std::memcmp(&soc.npu.dma, &llw.npu.dma, sizeof llw.npu.dma), 0) << name;
    EXPECT_EQ(std::memcmp(&soc.npu.energy, &llw.npu.energy, sizeof llw.npu.energy), 0) << name;
    EXPECT_EQ(find_port(soc, "npu")->credit_bytes, find_port(llw, "npu")->credit_bytes) << name;
    EXPECT_EQ(soc.memories.size(), 1u) << name;
  }
  EXPECT_EQ(load_soc("llw-only-8g").memories[0].dram.capacity_bytes, 8ull << 30);
}

TEST(Presets, AFamilyOfSocsIsThereToBeExtendedOnly) {
  for (const PresetName& p : list_socs()) EXPECT_EQ(p.name.find("-class"), std::string::npos) << p.name;
  try {
    load_soc("phone-class");
    FAIL() << "was loaded";
  } catch (const ConfigError& e) {
    EXPECT_NE(std::string(e.what()).find("'phone-class', a family of SoC presets, expected one of takt list socs"),
              std::string::npos)
        << e.what();
  }
}

TEST(Presets, TheSoftwarePresetFillsItsOwnKeysOnly) {
  const SocConfig bare = load_soc("snapdragon-8-gen-2-like");
  const SocConfig soc = load_soc("snapdragon-8-gen-2-like", {"software.preset=qnn-2024-like"});
  EXPECT_EQ(bare.software.submit_ns + bare.software.complete_ns, 0u);
  EXPECT_EQ(soc.software.submit_ns + soc.software.complete_ns, 46000u);  // 80 us per call less 34 us simulated
  EXPECT_EQ(soc.npu.regular_overhead_cycles, 1440u);                     // 1.2 us at 1.2 GHz
  EXPECT_EQ(soc.npu.irregular_overhead_cycles, 4800u);                   // 4 us
  EXPECT_EQ(soc.npu.clock_hz, bare.npu.clock_hz);
}

// A member without a row in the key tables would stay zero, silently.
TEST(Presets, StructsHaveTheSizeTheKeyTablesWereWrittenFor) {
  EXPECT_EQ(sizeof(npu::Tensor), 11 * 4u);
  EXPECT_EQ(sizeof(npu::Vector), 5 * 4u);
  EXPECT_EQ(sizeof(npu::Dma), 3 * 4u);
  EXPECT_EQ(sizeof(npu::Energy), 7 * 8u);
  EXPECT_EQ(sizeof(npu::CoreConfig),
            2 * 4 + sizeof(npu::Tensor) + sizeof(npu::Vector) + sizeof(npu::Dma) + 4 + sizeof(npu::Energy));
  EXPECT_EQ(sizeof(npu::Config), 2 * sizeof(npu::CoreConfig) + 8 + 3 * 4 + 4 + 5 * 4 + 4 + sizeof(npu::Power));
  EXPECT_EQ(sizeof(npu::Power), 8 + sizeof(std::vector<npu::OperatingPoint>) + 9 * 4 + 4u);
  EXPECT_EQ(sizeof(dram::Energy), 11 * 8u);
  EXPECT_EQ(sizeof(dram::Rail), sizeof(std::string) + 10 * 8);
  // Queues, drain and page policy, timeout, cap, starvation, precharge_all, postpone.
  EXPECT_EQ(sizeof(dram::Policy), 5 * 4 + 4 + 8 + 8 + 8 + 8u);
  // Two texts; capacity, rate, clock and 24 times; 19 short ones, three of them padded; `ideal`, which is no preset's.
  EXPECT_EQ(sizeof(dram::Config),
            2 * sizeof(std::string) + 28 * 8 + (19 + 3) * 4 + sizeof(dram::Policy) + sizeof(dram::Energy));
  EXPECT_EQ(sizeof(noc::InitiatorPort), sizeof(std::string) + 48u);
  EXPECT_EQ(sizeof(cache::Port), sizeof(std::string) + 16u);
  EXPECT_EQ(sizeof(cache::Config), 64u + sizeof(std::vector<cache::Port>));
  EXPECT_EQ(sizeof(peripherals::TimerConfig), 8u);
}

}  // namespace
}  // namespace takt::config
