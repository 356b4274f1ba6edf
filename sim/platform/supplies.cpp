#include "sim/platform/supplies.h"

namespace takt::platform {

using units::Time;

namespace {
constexpr std::uint64_t million = 1000000;
}

Supplies::Supplies(const config::SocConfig& soc, power::Model& power, npu::PowerDomain& npu, npu::CoreSwitches& cores)
    : power_(power),
      leakage_(soc.heat.leakage),
      npu_reference_mv_(soc.npu.power.voltage_mv),
      npu_supply_{npu_reference_mv_, 1000},
      npu_millicelsius_(std::int64_t{soc.heat.ambient_c} * 1000),
      soc_millicelsius_(npu_millicelsius_) {
  rescale_npu_leakage(Time());
  rescale_soc_leakage(Time());
  npu.on_supply([this](npu::Supply supply, Time at) { set_npu(supply, at); });
  cores.on_switch([this](bool small, bool on, Time at) {
    cores_on_[small] = on;
    rescale_npu_leakage(at);
  });
}

// Energy of an event goes with the square of the voltage.
void Supplies::set_npu(npu::Supply supply, Time now) {
  const auto square = [](std::uint64_t mv) { return mv * mv; };
  if (supply.millivolts != npu_supply_.millivolts)
    power_.rescale(npu_events, square(supply.millivolts), square(npu_reference_mv_), now);
  npu_supply_ = supply;
  rescale_npu_leakage(now);
}

void Supplies::set_temperatures(std::int64_t npu, std::int64_t soc, Time now) {
  npu_millicelsius_ = npu;
  soc_millicelsius_ = soc;
  rescale_npu_leakage(now);
  rescale_soc_leakage(now);
}

void Supplies::rescale_npu_leakage(Time now) {
  const std::uint64_t ppm = power::leakage_ppm(leakage_, npu_supply_.millivolts, npu_reference_mv_, npu_millicelsius_);
  for (const bool small : {false, true})
    power_.rescale(small ? npu_small_leakage : npu_leakage, cores_on_[small] ? ppm * npu_supply_.leakage_permille : 0,
                   million * 1000, now);
}

void Supplies::rescale_soc_leakage(Time now) {
  power_.rescale(soc_leakage, power::leakage_ppm(leakage_, 1, 1, soc_millicelsius_), million, now);
}

}  // namespace takt::platform
