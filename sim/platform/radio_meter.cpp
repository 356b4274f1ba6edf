#include "sim/platform/radio_meter.h"

#include <algorithm>

#include "models/units/clock.h"

namespace takt::platform {

using offload::Femtojoules;
using units::Time;

RadioMeter::RadioMeter(base::Ledger& ledger)
    : ledger_(ledger),
      microjoule_(ledger.event("radio", "microjoule")),
      femtojoule_(ledger.event("radio", "femtojoule")) {}

void RadioMeter::add(Time at, const offload::Transfer& transfer, base::Owner owner, base::Account account) {
  for (const offload::Draw& draw : transfer.draws)
    if (draw.energy != 0) open_.push_back({{at + draw.begin, at + draw.end, draw.energy}, 0, owner, account});
}

void RadioMeter::settle(Time now) {
  for (Open& open : open_) {
    const offload::Draw& draw = open.draw;
    if (now <= draw.begin) continue;
    count(open, now >= draw.end ? draw.energy
                                : units::mul_div(draw.energy, (now - draw.begin).value, (draw.end - draw.begin).value));
  }
  open_.erase(std::remove_if(open_.begin(), open_.end(), [&](const Open& open) { return now >= open.draw.end; }),
              open_.end());
}

// In two units: a femtojoule's count alone would be full after 18 kJ.
void RadioMeter::count(Open& open, Femtojoules drawn) {
  constexpr Femtojoules in_microjoule = 1000000000;
  const Femtojoules more = drawn - open.counted;
  ledger_.count(microjoule_, open.owner, more / in_microjoule, open.account);
  ledger_.count(femtojoule_, open.owner, more % in_microjoule, open.account);
  open.counted = drawn;
}

}  // namespace takt::platform
