// Energies from supply currents, against hand calculations.
#include <gtest/gtest.h>

#include "models/dram/energy_from_currents.h"

namespace takt::dram {
namespace {

// The 8 Gb LPDDR4-3200 memory specification of DRAMSys, clocks of 625 ps.
Config lpddr4() {
  Config c;
  c.bus_bits = 16;
  c.data_rate_mbps = 3200;
  c.burst_bytes = 32;
  c.bank_groups = 1;
  c.banks_per_group = 8;
  c.ras_ps = 68 * 625;
  c.rp_ps = 29 * 625;
  c.rfc_ab_ps = 448 * 625;
  c.rfc_pb_ps = 224 * 625;
  c.refi_ps = 3904000;
  c.energy.phy_byte_aj = 7;
  c.energy.wck_uw = 5;
  return c;
}

//                  mV    IDD0   2N     3N     2P    4R      4W      5      5PB    6
const Rail vdd1{"vdd1", 1800, 3500, 2000, 2250, 1200, 2250, 2250, 10000, 2500, 300};
const Rail vdd2{"vdd2", 1100, 45000, 27000, 30000, 3000, 275000, 210000, 90000, 30000, 500};
const Rail vddq{"vddq", 1100, 750, 750, 750, 750, 150000, 55000, 750, 750, 100};

constexpr double pj = 1e6;  // in aJ

TEST(Currents, AReadCostsTheCurrentAboveStandbyForItsTimeAtThePins) {
  const Energy e = energy_from_currents({{vdd1, vdd2, vddq}}, lpddr4());
  // 32 B at 6.4 GB/s: 5 ns. 1.1 V x 245 mA x 5 ns = 1347.5 pJ, 1.1 V x 149.25 mA x 5 ns = 820.875 pJ, VDD1: nothing.
  EXPECT_EQ(e.read_aj, 2168375000u);
  // 1.1 V x 180 mA x 5 ns = 990 pJ, 1.1 V x 54.25 mA x 5 ns = 298.375 pJ.
  EXPECT_EQ(e.write_aj, 1288375000u);
  EXPECT_NEAR(static_cast<double>(e.read_aj) / pj, 2200, 40);  // 8.5 pJ/bit, the datasheet's worst case
}

TEST(Currents, AnActivateAndItsPrechargeCostWhatTheirLoopDrawsAboveStandby) {
  const Energy e = energy_from_currents({{vdd1, vdd2, vddq}}, lpddr4());
  // DRAMPower with I_beta = IDD0, as the specification gives it: (I_theta - IDD3N) x tRAS + (I_beta - IDD2N) x tRP.
  // VDD2: 1.1 V x (15 mA x 42.5 ns + 18 mA x 18.125 ns) = 701.25 + 358.875 pJ.
  // VDD1: 1.8 V x (1.25 mA x 42.5 ns + 1.5 mA x 18.125 ns) = 95.625 + 48.9375 pJ. VDDQ: nothing.
  EXPECT_EQ(e.activate_aj, 1204687500u);
}

TEST(Currents, RefreshesCostTheirCurrentAboveStandby) {
  const Energy e = energy_from_currents({{vdd1, vdd2, vddq}}, lpddr4());
  // 280 ns x (1.1 V x 60 mA + 1.8 V x 7.75 mA) = 18480 + 3906 pJ.
  EXPECT_EQ(e.refresh_all_bank_aj, 22386000000u);
  // Every 3904 / 8 = 488 ns one of 140 ns, the rest precharge standby.
  // VDD2: 1.1 V x (30 x 488 - 27 x 348 - 30 x 140) mA ns = 1.1 x 1044 = 1148.4 pJ.
  // VDD1: 1.8 V x (2.5 x 488 - 2 x 348 - 2.25 x 140) mA ns = 1.8 x 209 = 376.2 pJ. VDDQ: nothing.
  EXPECT_EQ(e.refresh_per_bank_aj, 1524600000u);
}

TEST(Currents, StatesCostTheirCurrents) {
  const Energy e = energy_from_currents({{vdd1, vdd2, vddq}}, lpddr4());
  EXPECT_EQ(e.active_standby_uw, 4050u + 33000 + 825);     // 1.8 V x 2.25 mA, 1.1 V x 30 mA, 1.1 V x 0.75 mA
  EXPECT_EQ(e.precharge_standby_uw, 3600u + 29700 + 825);  // 2, 27, 0.75 mA
  EXPECT_EQ(e.power_down_uw, 2160u + 3300 + 825);          // 1.2, 3, 0.75 mA
  EXPECT_EQ(e.self_refresh_uw, 540u + 550 + 110);          // 0.3, 0.5, 0.1 mA
}

TEST(Currents, WhatNoCurrentTellsIsKept) {
  const Energy e = energy_from_currents({{vdd2}}, lpddr4());
  EXPECT_EQ(e.phy_byte_aj, 7u);
  EXPECT_EQ(e.wck_uw, 5u);
}

// DRAMPower's formulas one by one, in floating point, with its bank-wise factor rho = 1 and any I_beta.
TEST(Currents, AgreeWithDramPowersFormulas) {
  const Config c = lpddr4();
  const Energy e = energy_from_currents({{vdd2}}, c);
  const double v = 1.1, i0 = 45, i2n = 27, i3n = 30, i5 = 90, i5pb = 30;  // V x mA x ns = pJ
  const double ras = 42.5, rp = 18.125, rfc = 280, rfc_pb = 140, refi = 3904, banks = 8;
  const double rho = 1;
  const double i_rho = (banks * rho * i3n + (1 - rho) * i2n) / (banks * rho + 1 - rho);
  const double i_b = i_rho + banks * (i3n - i_rho);
  for (const double beta : {i2n, 40.0, i0}) {
    const double theta = (i0 * (rp + ras) - beta * rp) / ras;
    const double act = v * (theta - i3n) * ras;
    const double pre = v * (beta - i2n) * rp;
    EXPECT_NEAR(static_cast<double>(e.activate_aj) / pj, act + pre, 1e-3);
  }
  const double i5pb_b = (i5pb * refi / 8 - i2n * (refi / 8 - rfc_pb)) / rfc_pb;
  EXPECT_NEAR(static_cast<double>(e.refresh_all_bank_aj) / pj, v * (i5 - i_b) * rfc, 1e-3);
  EXPECT_NEAR(static_cast<double>(e.refresh_per_bank_aj) / pj, v * (i5pb_b - i3n) * rfc_pb, 1e-3);
}

TEST(Currents, ACommandBelowStandbyIsRefusedWithTheLeastItMayDraw) {
  EXPECT_TRUE(check(vdd1, lpddr4()).field.empty());
  EXPECT_TRUE(check(vdd2, lpddr4()).field.empty());
  EXPECT_TRUE(check(vddq, lpddr4()).field.empty());
  Rail r = vdd2;
  r.idd4w_ua = 29999;
  EXPECT_EQ(check(r, lpddr4()).field, "idd4w_ua");
  EXPECT_EQ(check(r, lpddr4()).least_ua, 30000u);
  r = vdd2;
  r.idd0_ua = 29000;  // (30 x 42.5 + 27 x 18.125) / 60.625 = 29.1031 mA
  EXPECT_EQ(check(r, lpddr4()).field, "idd0_ua");
  EXPECT_EQ(check(r, lpddr4()).least_ua, 29104u);
  r = vdd2;
  r.idd5pb_ua = 27860;  // (27 x 348 + 30 x 140) / 488 = 27.8607 mA
  EXPECT_EQ(check(r, lpddr4()).field, "idd5pb_ua");
  EXPECT_EQ(check(r, lpddr4()).least_ua, 27861u);
}

// The least currents are enough, and the largest that the configuration takes do not overflow.
TEST(Currents, ExtremesGiveZeroAndDoNotOverflow) {
  const Config c = lpddr4();
  const Rail least{"r", 1100, 29104, 27000, 30000, 0, 30000, 30000, 30000, 27861, 0};
  const Energy e = energy_from_currents({{least}}, c);
  EXPECT_EQ(e.read_aj + e.write_aj + e.refresh_all_bank_aj, 0u);
  Config slow = c;
  slow.ras_ps = slow.rp_ps = slow.rfc_ab_ps = 1000000000;
  const Rail most{"r", 5000, 10000000, 0, 0, 0, 10000000, 0, 10000000, 0, 0};
  const Energy most_energy = energy_from_currents({{most, most, most, most}}, slow);
  EXPECT_EQ(most_energy.refresh_all_bank_aj, 4 * 50000000000000000u);  // 4 x 5 V x 10 A x 1 ms = 200 mJ
}

}  // namespace
}  // namespace takt::dram
