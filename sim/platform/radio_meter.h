// What the radio draws, into the ledger: each exchange's energy as its time passes, charged to the stream whose it is.
#pragma once

#include <vector>

#include "models/base/ledger.h"
#include "sim/offload/link.h"

namespace takt::platform {

class RadioMeter {
 public:
  // Component "radio", events "microjoule" and "femtojoule".
  explicit RadioMeter(base::Ledger& ledger);

  // An exchange that has begun at that time.
  void add(units::Time at, const offload::Transfer& transfer, base::Owner owner, base::Account account = 0);
  // Counts what has been drawn so far.
  void settle(units::Time now);

 private:
  struct Open {
    offload::Draw draw;  // with absolute times
    offload::Femtojoules counted = 0;
    base::Owner owner = 0;
    base::Account account = 0;
  };
  void count(Open& open, offload::Femtojoules drawn);

  base::Ledger& ledger_;
  const base::Ledger::EventId microjoule_, femtojoule_;
  std::vector<Open> open_;
};

}  // namespace takt::platform
