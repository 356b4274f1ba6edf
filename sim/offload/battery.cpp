#include "sim/offload/battery.h"

#include <algorithm>

namespace takt::offload {

namespace {
constexpr Attojoules mwh = static_cast<Attojoules>(3600) * 1000000000000000;  // 3.6 J
constexpr std::uint64_t aj_per_mw_ps = 1000;
}  // namespace

Battery::Battery(std::uint64_t capacity_mwh, std::uint32_t charge, std::uint64_t other_mw, std::uint64_t charger_mw)
    : capacity_(capacity_mwh * mwh), other_mw_(other_mw), charger_mw_(charger_mw), charge_(capacity_ / 1000 * charge) {}

void Battery::pass(units::Time at, Attojoules spent, bool charging) {
  const Attojoules passed = Attojoules{(at - at_).value} * aj_per_mw_ps;
  const Attojoules used = spent - spent_ + passed * other_mw_;
  charge_ = charging ? std::min(capacity_, charge_ + passed * charger_mw_) : charge_ - std::min(charge_, used);
  at_ = at;
  spent_ = spent;
}

std::uint32_t Battery::permille() const { return static_cast<std::uint32_t>(charge_ * 1000 / capacity_); }

}  // namespace takt::offload
