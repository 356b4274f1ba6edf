#include "models/dram/energy_from_currents.h"

#include "models/units/quantity.h"

namespace takt::dram {
namespace {

using Wide = unsigned __int128;

// JESD209-4 and -5 measure IDD5PB with a refresh every tREFI / 8, however many banks there are.
constexpr std::uint64_t refreshes_per_interval = 8;

// 1 mV x 1 uA x 1 ps = 1e-21 J.
constexpr std::uint64_t zeptojoules_per_attojoule = 1000;
constexpr std::uint64_t nanowatts_per_microwatt = 1000;

// The cycle IDD5PB is measured over, and how much of it the refresh takes.
struct PerBankLoop {
  std::uint64_t interval_ps;
  std::uint64_t busy_ps;
};

PerBankLoop per_bank_loop(const Config& c) {
  const std::uint64_t interval = c.refi_ps / refreshes_per_interval;
  return {interval, c.rfc_pb_ps < interval ? c.rfc_pb_ps : interval};
}

// Charges in uA x ps, above standby.
std::uint64_t activate(const Rail& r, const Config& c) {
  return r.idd0_ua * (c.ras_ps + c.rp_ps) - r.idd3n_ua * c.ras_ps - r.idd2n_ua * c.rp_ps;
}

std::uint64_t refresh_all(const Rail& r, const Config& c) { return (r.idd5_ua - r.idd3n_ua) * c.rfc_ab_ps; }

std::uint64_t refresh_one(const Rail& r, const Config& c) {
  const PerBankLoop loop = per_bank_loop(c);
  return r.idd5pb_ua * loop.interval_ps - r.idd2n_ua * (loop.interval_ps - loop.busy_ps) - r.idd3n_ua * loop.busy_ps;
}

// A power in mV x uA for the time of a burst at the pins.
std::uint64_t burst_aj(Wide mv_ua, const Config& c) {
  constexpr std::uint64_t ps_per_us = 1000000;  // a megabit per second is a bit per microsecond
  const std::uint64_t bits = c.burst_bytes * 8ull;
  return static_cast<std::uint64_t>(mv_ua * bits * ps_per_us /
                                    (c.data_rate_mbps * c.bus_bits * zeptojoules_per_attojoule));
}

template <class Term>
Wide over_rails(const Currents& currents, Term term) {
  Wide sum = 0;
  for (const Rail& r : currents.rails) sum += Wide{r.voltage_mv} * term(r);
  return sum;
}

}  // namespace

Energy energy_from_currents(const Currents& currents, const Config& c) {
  const auto aj = [&](auto term) {
    return static_cast<std::uint64_t>(over_rails(currents, term) / zeptojoules_per_attojoule);
  };
  const auto uw = [&](auto term) {
    return static_cast<std::uint64_t>(over_rails(currents, term) / nanowatts_per_microwatt);
  };
  Energy e = c.energy;
  // DRAMPower's E_ACT + E_PRE: its I_beta, the current of the precharge alone, cancels.
  e.activate_aj = aj([&](const Rail& r) { return activate(r, c); });
  e.read_aj = burst_aj(over_rails(currents, [](const Rail& r) { return r.idd4r_ua - r.idd3n_ua; }), c);
  e.write_aj = burst_aj(over_rails(currents, [](const Rail& r) { return r.idd4w_ua - r.idd3n_ua; }), c);
  e.refresh_all_bank_aj = aj([&](const Rail& r) { return refresh_all(r, c); });
  e.refresh_per_bank_aj = aj([&](const Rail& r) { return refresh_one(r, c); });
  e.active_standby_uw = uw([](const Rail& r) { return r.idd3n_ua; });
  e.precharge_standby_uw = uw([](const Rail& r) { return r.idd2n_ua; });
  e.power_down_uw = uw([](const Rail& r) { return r.idd2p_ua; });
  e.self_refresh_uw = uw([](const Rail& r) { return r.idd6_ua; });
  return e;
}

TooSmall check(const Rail& r, const Config& c) {
  const PerBankLoop loop = per_bank_loop(c);
  const std::uint64_t closed_ps = loop.interval_ps - loop.busy_ps;
  const struct {
    const char* field;
    std::uint64_t value;
    std::uint64_t least;
  } rows[] = {
      {"idd0_ua", r.idd0_ua, units::ceil_div(r.idd3n_ua * c.ras_ps + r.idd2n_ua * c.rp_ps, c.ras_ps + c.rp_ps)},
      {"idd4r_ua", r.idd4r_ua, r.idd3n_ua},
      {"idd4w_ua", r.idd4w_ua, r.idd3n_ua},
      {"idd5_ua", r.idd5_ua, r.idd3n_ua},
      {"idd5pb_ua", r.idd5pb_ua, units::ceil_div(r.idd2n_ua * closed_ps + r.idd3n_ua * loop.busy_ps, loop.interval_ps)},
  };
  for (const auto& row : rows) {
    if (row.value < row.least) return {row.field, row.least};
  }
  return {};
}

}  // namespace takt::dram
