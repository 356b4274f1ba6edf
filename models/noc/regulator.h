// Bandwidth regulator of an initiator port: a token bucket of bytes. A piece passes when the bucket holds all its
// bytes, so that in any time t, to the picosecond, no more than burst + rate x t pass (Cruz, A calculus for network
// delay, IEEE Trans. Inf. Theory 1991). Hardware of the kind: Arm CoreLink QoS-400 (transactions, with peak, burst and
// average); the memory throttles of MoCA (Kim et al., HPCA 2023).
#pragma once

#include <cstdint>

#include "models/noc/config.h"
#include "models/units/quantity.h"

namespace takt::noc {

class Regulator {
 public:
  // Takes effect now. A bucket that is switched on is full; otherwise it keeps what it holds, up to the new burst.
  void set(const Regulation& regulation, units::Time now);
  const Regulation& regulation() const { return regulation_; }
  bool enabled() const { return regulation_.enabled; }

  // The largest piece that may pass, a power of two: `limit`, itself one, or what the bucket can hold.
  std::uint64_t largest_piece(std::uint64_t limit) const;
  // From when on the bucket holds `bytes`, rounded up to the picosecond; never(): at no time at this rate. A time not
  // after the latest change where it held them then. Only when enabled.
  units::Time ready(std::uint64_t bytes) const;
  // A piece passes, not before ready(). Nothing happens when disabled.
  void take(std::uint64_t bytes, units::Time now);

 private:
  using Level = unsigned __int128;  // bytes x picoseconds per second: a rate times a time has no remainder

  static Level level_of(std::uint64_t bytes);
  void fill(units::Time now);
  void cap();

  Regulation regulation_;
  Level level_ = 0;
  units::Time filled_;  // when level_ was right
};

}  // namespace takt::noc
