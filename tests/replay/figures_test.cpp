// Energy, idle time and counters against hand calculation, and against the ledger that a platform folds.
#include "sim/results/figures.h"

#include <gtest/gtest.h>

#include "models/power/energy.h"
#include "sim/replay/bank_picture.h"
#include "sim/replay/memory_figures.h"
#include "sim/replay/text.h"
#include "tests/replay/traces.h"

namespace takt::replay::testing {
namespace {

constexpr std::uint64_t nj = 1000000000;  // attojoules

dram::Config with_energy(dram::Config config) {
  config.energy.activate_aj = 3 * nj;
  config.energy.read_aj = 1 * nj;
  config.energy.write_aj = 2 * nj;
  config.energy.refresh_all_bank_aj = 50 * nj;
  config.energy.refresh_per_bank_aj = 7 * nj;
  config.energy.active_standby_uw = 40000;
  config.energy.precharge_standby_uw = 20000;
  config.energy.power_down_uw = 5000;
  config.energy.self_refresh_uw = 1000;
  config.energy.phy_byte_aj = 4000000;
  return config;
}

TEST(Energy, of_a_known_sequence_is_the_hand_calculation) {
  // Two reads and a write to one row, then a read of another row of the bank, 1 us apart each.
  const Played played = play("0: (64) read 0x0\n1000: (64) write 0x40\n2000: (64) read 0x80\n3000: (64) read 0x1000\n",
                             "stl", with_energy(round_memory()));
  const Energy& energy = played.figures.energy;
  EXPECT_EQ(energy[EnergyPart::activate], 2u * 3 * nj);
  EXPECT_EQ(energy[EnergyPart::read], 3u * nj);
  EXPECT_EQ(energy[EnergyPart::write], 2u * nj);
  EXPECT_EQ(energy[EnergyPart::refresh], 0u);
  EXPECT_EQ(energy[EnergyPart::phy], 4u * 64 * 4000000);
  // 1 uW x 1 ps = 1 aJ.
  EXPECT_EQ(energy[EnergyPart::active_standby] / 40000 + energy[EnergyPart::precharge_standby] / 20000,
            played.outcome.end.value);
  EXPECT_EQ(energy[EnergyPart::power_down], 0u);
}

TEST(Energy, of_the_channels_is_that_of_the_ledger) {
  const dram::Config config = with_energy(preset("llw-dram"));
  MadeTrace trace(5000, [](std::uint64_t n, traces::MemoryAccess& access) {
    access.time = units::nanoseconds(40 * n + (n > 2500 ? 100000 : 0));
    access.address = n * 7919 % 100000 * 64;
    access.write = n % 3 == 0;
  });
  base::Ledger ledger;
  dram::Memory memory(config, dram::Fidelity::fast, ledger);
  const units::Time end = MemoryReplay(trace, memory, {}).run().end;
  const MemoryFigures figures = take_figures(memory, end);

  const std::string device = "dram." + config.name;
  power::Table table;
  table.events = {{device, "act", config.energy.activate_aj, "act"},
                  {device, "rd", config.energy.read_aj, "rd"},
                  {device, "wr", config.energy.write_aj, "wr"},
                  {device, "refab", config.energy.refresh_all_bank_aj, "ref"},
                  {device, "refpb", config.energy.refresh_per_bank_aj, "ref"},
                  {"dram_phy." + config.name, "byte", config.energy.phy_byte_aj, "phy"}};
  table.states = {{device, "active_standby", config.energy.active_standby_uw, "standby"},
                  {device, "precharge_standby", config.energy.precharge_standby_uw, "standby"},
                  {device, "power_down", config.energy.power_down_uw, "power_down"},
                  {device, "self_refresh", config.energy.self_refresh_uw, "self_refresh"},
                  {device, "wck", config.energy.wck_uw, "wck"}};
  const power::Attojoules total = power::Model(table, ledger).total(end);
  // Times round to the picosecond: once for all channels there, once for each here.
  const power::Attojoules difference =
      total > figures.energy.total() ? total - figures.energy.total() : figures.energy.total() - total;
  EXPECT_LE(difference, 8u * 4 * 40000);
  EXPECT_GT(figures.energy[EnergyPart::power_down] + figures.energy[EnergyPart::self_refresh], 0u);
}

TEST(Figures, idle_time_is_what_no_request_fills) {
  // 35 ns from the arrival to the end of the data; the controller takes the first two.
  const Played played = play("100: (64) read 0x0\n1000: (64) read 0x40\n", "stl", round_memory());
  EXPECT_EQ(played.outcome.end, units::nanoseconds(1000) + row_hit);
  EXPECT_EQ(played.figures.channels[0].idle, units::nanoseconds(102 + (1002 - 135)));
}

TEST(Figures, channels_and_banks_add_up_to_the_memory) {
  MadeTrace trace(3000, [](std::uint64_t n, traces::MemoryAccess& access) {
    access.time = units::nanoseconds(n);
    access.address = n * 104729 % 1000000 * 64;
    access.write = n % 4 == 0;
  });
  const MemoryFigures figures = play(trace, with_energy(preset("lpddr5x-8533"))).figures;
  std::uint64_t bytes = 0, activations = 0, refreshes = 0, turnarounds = 0;
  for (const ChannelFigures& channel : figures.channels) {
    bytes += channel.bursts() * 32;
    activations += channel.counts.activations;
    refreshes += channel.refreshes;
    turnarounds += channel.turnarounds;
  }
  EXPECT_EQ(bytes, figures.bytes());
  EXPECT_EQ(bytes, 3000u * 64);
  EXPECT_EQ(activations, figures.statistics.total.activations);
  EXPECT_EQ(refreshes, figures.refreshes());
  EXPECT_EQ(turnarounds, figures.statistics.total.turnarounds);
}

TEST(Figures, the_picture_shows_the_busiest_bank_darkest_and_an_unused_one_blank) {
  const Played played = play("0: (64) read 0x0\n100: (64) read 0x400\n200: (64) read 0x440\n", "stl", round_memory());
  EXPECT_EQ(bank_picture(played.figures),
            "banks     column commands, @ = 2   activations, @ = 1\n"
            "  ch0     |+@  |                   |@@  |\n");
  EXPECT_EQ(banks_csv(played.figures),
            "channel,rank,bank_group,bank,reads,writes,activations,conflicts\n"
            "0,0,0,0,1,0,1,0\n0,0,0,1,2,0,1,0\n0,0,0,2,0,0,0,0\n0,0,0,3,0,0,0,0\n");
}

TEST(Text, numbers_are_rounded_with_all_their_decimals) {
  EXPECT_EQ(fixed({1250, 3}, 1), "1.3");
  EXPECT_EQ(fixed({1249, 3}, 1), "1.2");
  EXPECT_EQ(fixed({5, 0}, 2), "5.00");
  EXPECT_EQ(fixed({5, 3}, 1), "0.0");
  EXPECT_EQ(fixed({999, 1}, 0), "100");
  EXPECT_EQ(ratio(1, 0, 3), "-");
  EXPECT_EQ(gbps(64, units::nanoseconds(16)), "4.00");
  EXPECT_EQ(hexadecimal(0xab), "00000000000000ab");
}

}  // namespace
}  // namespace takt::replay::testing
