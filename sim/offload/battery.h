// The charge of a phone's battery: it falls by what the phone spends, and rises from the socket.
#pragma once

#include <cstdint>

#include "models/units/quantity.h"

namespace takt::offload {

using Attojoules = unsigned __int128;

class Battery {
 public:
  // `charge` in thousandths, at time 0, when nothing has been spent. `other_mw`: what the phone draws besides.
  Battery(std::uint64_t capacity_mwh, std::uint32_t charge, std::uint64_t other_mw, std::uint64_t charger_mw);

  // Up to `at` so much has been spent since time 0; meanwhile it was charging, or not. Neither falls. From the socket
  // comes what is spent and, up to the capacity, the charger's power.
  void pass(units::Time at, Attojoules spent, bool charging);

  Attojoules capacity() const { return capacity_; }
  Attojoules charge() const { return charge_; }
  std::uint32_t permille() const;  // rounded down

 private:
  const Attojoules capacity_;
  const std::uint64_t other_mw_, charger_mw_;
  Attojoules charge_;
  units::Time at_;
  Attojoules spent_ = 0;
};

}  // namespace takt::offload
