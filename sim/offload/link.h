// The radio between a phone and a cloud: what an exchange takes in time and energy.
//
// Power while it moves data is linear in the rate (Huang et al., "A close examination of performance and power
// characteristics of 4G LTE networks", MobiSys 2012): alpha_up x Mb/s up + alpha_down x Mb/s down + base. An idle radio
// is promoted first; after the last byte it stays up for a tail, in which another exchange finds it without promotion.
#pragma once

#include <array>
#include <cstdint>

#include "models/units/quantity.h"

namespace takt::offload {

// 1 mW for 1 ps.
using Femtojoules = std::uint64_t;

struct Link {
  std::uint64_t up_kbps = 0;  // more than 0, as down_kbps
  std::uint64_t down_kbps = 0;
  units::Time round_trip;
  units::Time promotion;
  std::uint64_t promotion_mw = 0;
  std::uint64_t up_uw_per_mbps = 0;    // microwatts for each Mb/s
  std::uint64_t down_uw_per_mbps = 0;  // likewise
  std::uint64_t base_mw = 0;           // connected, also while nothing moves
  units::Time tail;
  std::uint64_t tail_mw = 0;
};

// What goes over it for one request.
struct Exchange {
  std::uint64_t up_bytes = 0;
  std::uint64_t down_bytes = 0;
  units::Time until_answer;  // from the last byte up until the first one down leaves: what the cloud takes
  units::Time answering;     // from then on until the last one leaves: it comes in pieces
};

// What the radio draws beyond being off, evenly from begin to end; both from the exchange's beginning.
struct Draw {
  units::Time begin, end;
  Femtojoules energy = 0;
};

struct Transfer {
  units::Time first_byte, last_byte;  // from the beginning, of what comes down
  Femtojoules energy = 0;             // with the part of the tail that this exchange adds
  std::array<Draw, 5> draws;          // it in time: promotion, connection, bytes up, bytes down, tail
};

class Radio {
 public:
  explicit Radio(const Link& link) : link_(link) {}

  // What an exchange that begins then would take; nothing changes.
  Transfer predict(units::Time at, const Exchange& exchange) const;
  // It begins then: the radio is up until its tail is over.
  Transfer use(units::Time at, const Exchange& exchange);
  // From then on it is off; 0: it has not been on.
  units::Time up_until() const { return up_until_; }

 private:
  const Link link_;
  units::Time up_until_;  // end of the latest tail
};

}  // namespace takt::offload
